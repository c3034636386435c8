/*
 * table.h - what people look at: aligned tables, colour, wrapped text.
 */
#pragma once

#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Colour only when `stream` is a terminal, NO_COLOR is unset and TERM is not
 * "dumb". */
bool term_has_colour(FILE *stream);
size_t term_columns(FILE *stream); /* 80 when unknown */

enum ink {
    INK_PLAIN,
    INK_BOLD,
    INK_DIM,
    INK_GREEN,
    INK_RED,
    INK_YELLOW,
    INK_BLUE
};

/* Columns named in one string, '|' between; a name that starts with '>' is
 * aligned right: table_open("code|name|>population"). */
struct table;
struct table *table_open(const char *columns);
void table_cell(struct table *table, const char *text); /* copied; NULL: "" */
void table_cell_ink(struct table *table, enum ink ink, const char *text);
void table_cellf(struct table *table, const char *format, ...)
    PRINTF_LIKE(2, 3);
/* Rows end by themselves when all columns are filled. Prints and forgets. */
void table_print(const struct table *table, FILE *stream);
size_t table_rows(const struct table *table);
void table_close(struct table *table);

/* Text with ink if the stream takes colour. */
void term_print(FILE *stream, enum ink ink, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* Paragraph wrapped at the terminal's width (at most 100), each line indented
 * by `indent` columns. */
void term_wrap(FILE *stream, size_t indent, const char *text);
