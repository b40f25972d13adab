/*
 * text_encoding.h
 *		Text inside of values, the same whatever the encoding of the database.
 *
 * What values keep of JSON is ASCII, every other character an escape \uXXXX; binary forms carry
 * UTF-8.  A database of encoding SQL_ASCII knows no characters: its text must be UTF-8 to go out.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_ENCODING_H
#define CREDITSPREAD_POSTGRES_TEXT_ENCODING_H

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/* The encoding of the database, or what its text is taken for: UTF-8 in SQL_ASCII. */
extern int text_encoding(void);

/* Whether text of the database can be written as UTF-8: not where SQL_ASCII holds other bytes. */
extern bool is_convertible(const char *text, int length);

/* A copy as UTF-8, ended by 0; error 22021 where is_convertible says no. */
extern char *text_to_utf8(const char *text, int length);

/* The other way; error 22021 where it is no UTF-8, 22P05 where the database lacks a character. */
extern char *text_from_utf8(const char *text, int length);

/* Like strcmp, but in the order of UTF-8, which is that of the characters. */
extern int compare_as_utf8(const char *left, const char *right);

/* JSON as ASCII, its objects in the order that their keys have in UTF-8. */
extern char *jsonb_to_ascii(const Jsonb *jsonb);

/* JSON as a database of that encoding shows it; NULL where the encoding lacks a character of it. */
extern char *jsonb_in_encoding(const Jsonb *jsonb, int encoding);

/* JSON text with its escapes of other characters than ASCII replaced by text of the database. */
extern char *json_from_ascii(char *text);

/* A length of 4 bytes and the text as UTF-8, and text of `length` bytes of UTF-8. */
extern void send_utf8(StringInfo buffer, const char *text, int length);
extern char *receive_utf8(StringInfo buffer, int length, int *converted);

/* Likewise JSON, as jsonb_to_ascii writes it. */
extern void send_json(StringInfo buffer, const Jsonb *jsonb);
extern Jsonb *receive_json(StringInfo buffer, int length);

#endif
