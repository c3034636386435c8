#include "power/rows.h"

#include "base/mem.h"

#include <stdbool.h>
#include <string.h>

void rows_start(struct rows *rows, size_t width)
{
    *rows = (struct rows){.width = width, .cap = 16, .slots = 64};
    rows->row = mem_new(rows->cap * width, sizeof *rows->row);
    rows->slot = mem_new(rows->slots, sizeof *rows->slot);
}

void rows_clear(struct rows *rows)
{
    mem_free(rows->row);
    mem_free(rows->slot);
    *rows = (struct rows){0};
}

static size_t rows_hash(const struct rows *rows, const uint32_t *row)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < rows->width; i++) {
        hash = (hash ^ row[i]) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return (size_t)hash & (rows->slots - 1);
}

/* Room for one more. Did the slots move? */
static bool rows_grow(struct rows *rows)
{
    if (rows->count == rows->cap) {
        rows->cap *= 2;
        rows->row =
            mem_resize(rows->row, rows->cap * rows->width, sizeof *rows->row);
    }
    if (rows->count * 2 < rows->slots)
        return false;
    rows->slots *= 4;
    mem_free(rows->slot);
    rows->slot = mem_new(rows->slots, sizeof *rows->slot);
    for (size_t i = 0; i < rows->count; i++) {
        size_t at = rows_hash(rows, &rows->row[i * rows->width]);

        while (rows->slot[at] != 0)
            at = (at + 1) & (rows->slots - 1);
        rows->slot[at] = (uint32_t)i + 1;
    }
    return true;
}

static bool is_row(const uint32_t *a, const uint32_t *b, size_t width)
{
    for (size_t i = 0; i < width; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

uint32_t rows_put(struct rows *rows, const uint32_t *row)
{
    const size_t width = rows->width;
    size_t at = rows_hash(rows, row);

    for (; rows->slot[at] != 0; at = (at + 1) & (rows->slots - 1))
        if (is_row(&rows->row[(rows->slot[at] - 1) * width], row, width))
            return rows->slot[at] - 1;
    if (rows_grow(rows))
        for (at = rows_hash(rows, row); rows->slot[at] != 0;)
            at = (at + 1) & (rows->slots - 1);
    memcpy(&rows->row[rows->count * width], row, width * sizeof *row);
    rows->slot[at] = (uint32_t)++rows->count;
    return rows->slot[at] - 1;
}
