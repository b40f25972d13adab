/*
 * stack.h
 *		Room on the stack, taken while there is some.
 */
#ifndef CREDITSPREAD_POSTGRES_STACK_H
#define CREDITSPREAD_POSTGRES_STACK_H

/*
 * Lets the stack grow by what the calls of a fit have on it.  Where the address space is used up
 * later (ulimit -v) it could not, and the system would end the process instead of giving an error.
 */
extern void reserve_stack(void);

#endif
