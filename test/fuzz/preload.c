/*
 * preload.c
 *		Starts the address sanitizer before anything else when it is preloaded into the server.
 *
 * The sanitizer starts at the first malloc and then translates a message.  The constructor of
 * libgpg-error, which the server is linked with, allocates while it holds the lock of the message
 * catalogs, so a start there would never end.  Linked with -z initfirst this constructor comes
 * before that one.
 */
#include <stdlib.h>

static void *volatile block;

__attribute__((constructor)) static void
start_sanitizer(void)
{
	block = malloc(1);
	free(block);
}
