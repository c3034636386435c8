/*
 * rows.h - sets of short rows of numbers, each numbered and kept once.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct rows {
    size_t width; /* numbers in a row */
    size_t count, cap;
    uint32_t *row;  /* [count * width] in the order in which they came */
    size_t slots;   /* of the hash table: a power of two */
    uint32_t *slot; /* [slots] number of a row, and 1; 0 is free */
};

void rows_start(struct rows *rows, size_t width);
void rows_clear(struct rows *rows);

/* The row's number, 0..count-1; it is added if it is new. */
uint32_t rows_put(struct rows *rows, const uint32_t *row);
