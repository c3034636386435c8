/*
 * csv_fuzz.c - any bytes as rows: every row has a field per column, and all
 * rows written with quotes read as the same rows; what is refused says where.
 */
#include "base/csv.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_quoted(struct buf *out, struct slice field, bool last)
{
    buf_add_byte(out, '"');
    for (size_t i = 0; i < field.len; i++) {
        if (field.at[i] == '"')
            buf_add_byte(out, '"');
        buf_add(out, &field.at[i], 1);
    }
    buf_add_text(out, last ? "\"\r\n" : "\",");
}

static void add_row(struct buf *out, const struct csv *csv)
{
    for (size_t i = 0; i < csv_columns(csv); i++) {
        struct slice field = csv_field(csv, i);
        assert(strlen(field.at) == field.len);
        assert(text_is_utf8(field.at, field.len));
        add_quoted(out, field, i + 1 == csv_columns(csv));
    }
}

/* Read all there is; *out is what was read, every field in quotes. */
static enum err copy(const char *text, size_t len, struct buf *out,
                     struct why *why)
{
    struct csv *csv = NULL;
    bool more = true;
    enum err err = csv_open("f", text, len, &csv, why);

    if (err != ERR_NONE) {
        assert(!csv);
        return err;
    }
    for (size_t i = 0; i < csv_columns(csv); i++) {
        struct slice name = slice_of(csv_column(csv, i));
        assert(csv_find(csv, name.at) == i);
        add_quoted(out, name, i + 1 == csv_columns(csv));
    }
    size_t line = 0;
    while (err == ERR_NONE && more) {
        err = csv_next(csv, &more, why);
        if (err == ERR_NONE && more) {
            assert(csv_line(csv) > line);
            line = csv_line(csv);
            add_row(out, csv);
        }
    }
    csv_close(csv);
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf once = {0};
    struct buf twice = {0};
    struct why why = {0};
    enum err err = copy((const char *)data, size, &once, &why);

    if (err != ERR_NONE) {
        assert(why.code == err && strncmp(why.text, "f:", 2) == 0);
    } else {
        err = copy(once.data, once.len, &twice, &why);
        assert(err == ERR_NONE && once.len == twice.len);
        assert(memcmp(once.data, twice.data, once.len) == 0);
    }
    buf_clear(&once);
    buf_clear(&twice);
    return 0;
}
