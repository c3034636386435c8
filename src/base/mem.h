/*
 * mem.h - memory: small allocations that cannot fail, arenas, growing buffers.
 *
 * Small allocations abort when memory is gone: the log is durable, restart is
 * safe. Sizes that come from input are bounded by the caller first.
 */
#pragma once

#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* count * size bytes, zeroed; aborts without memory or on overflow. */
void *mem_new(size_t count, size_t size) __attribute__((malloc));
/* Resize as realloc; new bytes are not zeroed; aborts without memory. */
void *mem_resize(void *block, size_t count, size_t size);
/* A copy, NUL appended; aborts without memory. Owns: caller frees. */
char *mem_copy_text(const char *text, size_t len);
void mem_free(void *block);

/* A region dropped whole: the memory of one act, request or document. */
struct arena;
struct arena *arena_open(void);
void arena_close(struct arena *arena); /* NULL does nothing */
/* Zeroed, aligned for any type; valid until arena_close. */
void *arena_new(struct arena *arena, size_t count, size_t size);
/* A NUL-terminated copy valid until arena_close. */
char *arena_text(struct arena *arena, const char *text, size_t len);

/* Bytes that grow. Start from {0}; data is always NUL-terminated after the
 * first addition (the NUL is not counted). */
struct buf {
    char *data;
    size_t len;
    size_t cap;
};
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_add_text(struct buf *buf, const char *text);
void buf_addf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_addv(struct buf *buf, const char *format, va_list args);
void buf_add_byte(struct buf *buf, uint8_t byte);
/* The text so far, "" when empty; valid until the next addition. */
const char *buf_text(const struct buf *buf);
void buf_reset(struct buf *buf); /* len = 0, memory kept */
void buf_clear(struct buf *buf); /* frees; back to {0} */
