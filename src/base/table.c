#include "base/table.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WRAP_MAX = 100, GAP = 2 };

bool term_has_colour(FILE *stream)
{
    const char *term = getenv("TERM");

    return isatty(fileno(stream)) && !getenv("NO_COLOR") && term &&
           strcmp(term, "dumb") != 0;
}

size_t term_columns(FILE *stream)
{
    struct winsize size;

    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

static const char *const ink_codes[] = {
    [INK_PLAIN] = "",         [INK_BOLD] = "\033[1m", [INK_DIM] = "\033[2m",
    [INK_GREEN] = "\033[32m", [INK_RED] = "\033[31m", [INK_YELLOW] = "\033[33m",
    [INK_BLUE] = "\033[34m",
};

static void print_inked(FILE *stream, bool colour, enum ink ink,
                        const char *text)
{
    bool inked = colour && ink != INK_PLAIN && *text;

    if (inked)
        fputs(ink_codes[ink], stream);
    fputs(text, stream);
    if (inked)
        fputs("\033[0m", stream);
}

struct cell {
    char *text;
    size_t width;
    enum ink ink;
};

struct table {
    size_t columns;
    bool *right;       /* [columns] aligned right? */
    struct cell *cell; /* the names of the columns come first */
    size_t count;
    size_t cap;
};

static void add_cell(struct table *table, enum ink ink, const char *text,
                     size_t len)
{
    if (table->count == table->cap) {
        table->cap = table->cap ? table->cap * 2 : 64;
        table->cell = mem_resize(table->cell, table->cap, sizeof *table->cell);
    }
    struct cell *cell = &table->cell[table->count++];
    cell->text = mem_copy_text(text, len);
    text_tame(cell->text, false);
    cell->width = text_width(cell->text);
    cell->ink = ink;
}

struct table *table_open(const char *columns)
{
    struct table *table = mem_new(1, sizeof *table);
    struct slice rest = slice_of(columns);
    struct slice name;
    bool more = true;

    while (more) {
        more = slice_cut(&rest, '|', &name);
        if (!more)
            name = rest;
        bool right = name.len > 0 && name.at[0] == '>';
        table->right =
            mem_resize(table->right, table->columns + 1, sizeof *table->right);
        table->right[table->columns++] = right;
        add_cell(table, INK_BOLD, name.at + right, name.len - right);
    }
    return table;
}

void table_cell_ink(struct table *table, enum ink ink, const char *text)
{
    add_cell(table, ink, text ? text : "", text ? strlen(text) : 0);
}

void table_cell(struct table *table, const char *text)
{
    table_cell_ink(table, INK_PLAIN, text);
}

void table_cellf(struct table *table, const char *format, ...)
{
    struct buf text = {0};
    va_list args;

    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    table_cell(table, buf_text(&text));
    buf_clear(&text);
}

static void pad(FILE *stream, size_t columns)
{
    fprintf(stream, "%*s", (int)columns, "");
}

static void print_row(const struct table *table, size_t row,
                      const size_t *width, FILE *stream)
{
    size_t from = row * table->columns;
    bool colour = term_has_colour(stream);

    for (size_t i = 0; i < table->columns; i++) {
        if (from + i >= table->count)
            break;
        const struct cell *cell = &table->cell[from + i];
        size_t room = width[i] - cell->width;
        if (i > 0)
            pad(stream, GAP);
        if (table->right[i])
            pad(stream, room);
        print_inked(stream, colour, cell->ink, cell->text);
        if (!table->right[i] && i + 1 < table->columns)
            pad(stream, room);
    }
    fputc('\n', stream);
}

void table_print(const struct table *table, FILE *stream)
{
    size_t *width = mem_new(table->columns, sizeof *width);

    for (size_t i = 0; i < table->count; i++) {
        size_t *widest = &width[i % table->columns];
        if (table->cell[i].width > *widest)
            *widest = table->cell[i].width;
    }
    for (size_t row = 0; row * table->columns < table->count; row++)
        print_row(table, row, width, stream);
    mem_free(width);
}

size_t table_rows(const struct table *table)
{
    return table->count / table->columns - 1;
}

void table_close(struct table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->count; i++)
        mem_free(table->cell[i].text);
    mem_free(table->cell);
    mem_free(table->right);
    mem_free(table);
}

void term_print(FILE *stream, enum ink ink, const char *format, ...)
{
    struct buf text = {0};
    va_list args;

    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    text_tame(text.data, true);
    print_inked(stream, term_has_colour(stream), ink, buf_text(&text));
    buf_clear(&text);
}

/* One paragraph, words separated by blanks. */
static void wrap_line(FILE *stream, size_t indent, size_t columns, char *line)
{
    size_t used = 0;
    char *rest = line;
    char *word;

    pad(stream, indent);
    while ((word = strsep(&rest, " ")) != NULL) {
        size_t width = text_width(word);
        if (*word == '\0')
            continue;
        if (used > 0 && used + 1 + width > columns) {
            fputc('\n', stream);
            pad(stream, indent);
            used = 0;
        }
        fprintf(stream, "%s%s", used ? " " : "", word);
        used += width + (used > 0);
    }
    fputc('\n', stream);
}

void term_wrap(FILE *stream, size_t indent, const char *text)
{
    size_t columns = term_columns(stream);
    char *copy = mem_copy_text(text, strlen(text));
    char *rest = copy;
    char *line;

    if (columns > WRAP_MAX)
        columns = WRAP_MAX;
    columns = columns > indent + 20 ? columns - indent : 20;
    text_tame(copy, true);
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (rest || *line)
            wrap_line(stream, indent, columns, line);
    }
    mem_free(copy);
}
