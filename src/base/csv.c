#include "base/csv.h"

#include "base/file.h"
#include "base/mem.h"

#include <string.h>

static const size_t CSV_FILE_MAX = (size_t)1 << 30;

struct csv {
    char *name;
    struct buf owned; /* the file's bytes, when we read it */
    const char *at;   /* where the next row begins */
    const char *end;
    size_t line;     /* of `at` */
    size_t row_line; /* of the row last read */
    size_t columns;
    char **column;  /* [columns] names */
    struct buf row; /* unescaped fields, each with its NUL */
    size_t fields;
    size_t start[CSV_COLUMNS_MAX + 1]; /* of each field in `row` */
};

static enum err fail_at(const struct csv *csv, size_t line, struct why *why,
                        enum err code, const char *message)
{
    return fail(why, code, "%s:%zu: %s", csv->name, line, message);
}

/* Append one plain field; csv->at stops at what ends it. */
static enum err read_plain(struct csv *csv, struct why *why)
{
    const char *from = csv->at;

    while (csv->at < csv->end && *csv->at != ',' && *csv->at != '\n') {
        if (*csv->at == '"')
            return fail_at(csv, csv->line, why, ERR_INPUT,
                           "a quote inside a field that is not quoted");
        if (*csv->at == '\r') {
            if (csv->at + 1 < csv->end && csv->at[1] == '\n')
                break;
            return fail_at(csv, csv->line, why, ERR_INPUT,
                           "a carriage return without a line feed");
        }
        csv->at++;
    }
    buf_add(&csv->row, from, (size_t)(csv->at - from));
    return ERR_NONE;
}

/* As read_plain, from the opening quote: "" is a quote, breaks are kept. */
static enum err read_quoted(struct csv *csv, struct why *why)
{
    size_t opened = csv->line;

    csv->at++;
    for (;;) {
        const char *from = csv->at;
        while (csv->at < csv->end && *csv->at != '"')
            csv->line += *csv->at++ == '\n';
        if (csv->at == csv->end)
            return fail_at(csv, opened, why, ERR_INPUT,
                           "a quoted field that never ends");
        buf_add(&csv->row, from, (size_t)(csv->at - from));
        csv->at++;
        if (csv->at == csv->end || *csv->at != '"')
            return ERR_NONE;
        buf_add_byte(&csv->row, '"');
        csv->at++;
    }
}

/* Step over the comma or line end after a field. */
static enum err end_field(struct csv *csv, bool *row_ends, struct why *why)
{
    *row_ends = true;
    if (csv->at == csv->end)
        return ERR_NONE;
    if (*csv->at == ',') {
        csv->at++;
        *row_ends = false;
        return ERR_NONE;
    }
    if (*csv->at == '\r' && csv->at + 1 < csv->end && csv->at[1] == '\n')
        csv->at++;
    if (*csv->at != '\n')
        return fail_at(csv, csv->line, why, ERR_INPUT,
                       "expected a comma or the end of the line after a "
                       "closing quote");
    csv->at++;
    csv->line++;
    return ERR_NONE;
}

static enum err check_field(const struct csv *csv, struct why *why)
{
    const char *field = csv->row.data + csv->start[csv->fields];
    size_t len = csv->row.len - csv->start[csv->fields];

    if (len > CSV_FIELD_MAX)
        return fail_at(csv, csv->row_line, why, ERR_LIMIT,
                       "a field of more than a million bytes");
    if (len && memchr(field, '\0', len))
        return fail_at(csv, csv->row_line, why, ERR_INPUT, "a NUL byte");
    if (!text_is_utf8(field, len))
        return fail_at(csv, csv->row_line, why, ERR_INPUT,
                       "bytes that are not UTF-8");
    return ERR_NONE;
}

static void skip_blank_lines(struct csv *csv)
{
    for (;;) {
        const char *at = csv->at;
        if (at + 1 < csv->end && at[0] == '\r' && at[1] == '\n')
            at++;
        if (at == csv->end || *at != '\n')
            return;
        csv->at = at + 1;
        csv->line++;
    }
}

static enum err read_row(struct csv *csv, bool *more, struct why *why)
{
    bool row_ends = false;

    skip_blank_lines(csv);
    *more = csv->at < csv->end;
    buf_reset(&csv->row);
    csv->fields = 0;
    csv->row_line = csv->line;
    while (*more && !row_ends) {
        if (csv->fields == CSV_COLUMNS_MAX)
            return fail_at(csv, csv->line, why, ERR_LIMIT,
                           "more than 256 columns");
        csv->start[csv->fields] = csv->row.len;
        bool quoted = csv->at < csv->end && *csv->at == '"';
        TRY(quoted ? read_quoted(csv, why) : read_plain(csv, why));
        TRY(end_field(csv, &row_ends, why));
        TRY(check_field(csv, why));
        buf_add_byte(&csv->row, '\0');
        csv->start[++csv->fields] = csv->row.len;
    }
    return ERR_NONE;
}

static enum err read_header(struct csv *csv, struct why *why)
{
    bool more;

    TRY(read_row(csv, &more, why));
    if (!more)
        return fail(why, ERR_INPUT,
                    "%s: empty; expected a header of column "
                    "names",
                    csv->name);
    csv->column = mem_new(csv->fields, sizeof *csv->column);
    for (size_t i = 0; i < csv->fields; i++) {
        struct slice name = csv_field(csv, i);
        if (name.len == 0)
            return fail(why, ERR_INPUT, "%s:%zu: column %zu has no name",
                        csv->name, csv->row_line, i + 1);
        if (csv_find(csv, name.at) != SIZE_MAX)
            return fail(why, ERR_INPUT, "%s:%zu: two columns named %s",
                        csv->name, csv->row_line, name.at);
        csv->column[i] = mem_copy_text(name.at, name.len);
        csv->columns++;
    }
    return ERR_NONE;
}

/* Takes over `csv` on success, closes it on failure. */
static enum err start(struct csv *made, const char *text, size_t len,
                      struct csv **csv, struct why *why)
{
    bool bom = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;

    made->at = text + (bom ? 3 : 0);
    made->end = text + len;
    made->line = 1;
    enum err err = read_header(made, why);
    if (err == ERR_NONE)
        *csv = made;
    else
        csv_close(made);
    return err;
}

enum err csv_open(const char *name, const char *text, size_t len,
                  struct csv **csv, struct why *why)
{
    struct csv *made = mem_new(1, sizeof *made);

    made->name = mem_copy_text(name, strlen(name));
    return start(made, len ? text : "", len, csv, why);
}

enum err csv_open_file(const char *path, struct csv **csv, struct why *why)
{
    struct csv *made = mem_new(1, sizeof *made);

    made->name = mem_copy_text(path, strlen(path));
    enum err err = file_read(path, CSV_FILE_MAX, &made->owned, why);
    if (err != ERR_NONE) {
        csv_close(made);
        return err;
    }
    return start(made, buf_text(&made->owned), made->owned.len, csv, why);
}

void csv_close(struct csv *csv)
{
    if (!csv)
        return;
    for (size_t i = 0; i < csv->columns; i++)
        mem_free(csv->column[i]);
    mem_free(csv->column);
    buf_clear(&csv->owned);
    buf_clear(&csv->row);
    mem_free(csv->name);
    mem_free(csv);
}

size_t csv_columns(const struct csv *csv)
{
    return csv->columns;
}

const char *csv_column(const struct csv *csv, size_t column)
{
    return csv->column[column];
}

size_t csv_find(const struct csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->columns; i++) {
        if (strcmp(csv->column[i], name) == 0)
            return i;
    }
    return SIZE_MAX;
}

enum err csv_next(struct csv *csv, bool *more, struct why *why)
{
    TRY(read_row(csv, more, why));
    if (*more && csv->fields != csv->columns)
        return fail(why, ERR_INPUT,
                    "%s:%zu: expected %zu fields as in the header, found %zu",
                    csv->name, csv->row_line, csv->columns, csv->fields);
    return ERR_NONE;
}

struct slice csv_field(const struct csv *csv, size_t column)
{
    size_t from = csv->start[column];

    return (struct slice){csv->row.data + from,
                          csv->start[column + 1] - from - 1};
}

size_t csv_line(const struct csv *csv)
{
    return csv->row_line;
}

enum err(csv_fail)(const struct csv *csv, size_t column, struct why *why,
                   enum err code, const char *format, ...)
{
    struct buf text = {0};
    va_list args;

    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    if (column == SIZE_MAX)
        fail(why, code, "%s:%zu: %s", csv->name, csv->row_line,
             buf_text(&text));
    else
        fail(why, code, "%s:%zu: %s: %s", csv->name, csv->row_line,
             csv->column[column], buf_text(&text));
    buf_clear(&text);
    return code;
}
