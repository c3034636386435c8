#include "base/mem.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(void)
{
    fputs("entente: out of memory\n", stderr);
    abort();
}

void *mem_new(size_t count, size_t size)
{
    void *block = calloc(count ? count : 1, size ? size : 1);

    if (!block)
        out_of_memory();
    return block;
}

void *mem_resize(void *block, size_t count, size_t size)
{
    block = reallocarray(block, count ? count : 1, size ? size : 1);
    if (!block)
        out_of_memory();
    return block;
}

char *mem_copy_text(const char *text, size_t len)
{
    if (len == SIZE_MAX)
        out_of_memory();
    char *copy = mem_new(len + 1, 1);
    if (len)
        memcpy(copy, text, len);
    return copy;
}

void mem_free(void *block)
{
    free(block);
}

/* Chunks double from the first: many arenas hold little. */
enum { CHUNK_FIRST = 4 << 10, CHUNK_MOST = 64 << 10 };

struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct chunk *chunk; /* the one being filled; full ones follow */
};

struct arena *arena_open(void)
{
    return mem_new(1, sizeof(struct arena));
}

void arena_close(struct arena *arena)
{
    if (!arena)
        return;
    while (arena->chunk) {
        struct chunk *next = arena->chunk->next;
        mem_free(arena->chunk);
        arena->chunk = next;
    }
    mem_free(arena);
}

static struct chunk *add_chunk(struct arena *arena, size_t need)
{
    size_t size = arena->chunk ? 2 * arena->chunk->size : CHUNK_FIRST;

    if (size > CHUNK_MOST)
        size = CHUNK_MOST;
    if (size < need)
        size = need;
    struct chunk *chunk = mem_new(1, sizeof *chunk + size);

    chunk->size = size;
    chunk->next = arena->chunk;
    arena->chunk = chunk;
    return chunk;
}

void *arena_new(struct arena *arena, size_t count, size_t size)
{
    const size_t grain = alignof(max_align_t);
    size_t need;

    if (__builtin_mul_overflow(count, size, &need) || need > SIZE_MAX / 2)
        out_of_memory();
    need = (need + grain - 1) / grain * grain;
    struct chunk *chunk = arena->chunk;
    if (!chunk || chunk->size - chunk->used < need)
        chunk = add_chunk(arena, need);
    void *block = chunk->bytes + chunk->used;
    chunk->used += need;
    return block;
}

char *arena_text(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_new(arena, len + 1, 1);

    if (len)
        memcpy(copy, text, len);
    return copy;
}

/* Room for `more` bytes and the NUL after them. */
static void reserve(struct buf *buf, size_t more)
{
    if (more > SIZE_MAX / 2 - buf->len - 1)
        out_of_memory();
    size_t need = buf->len + more + 1;
    if (need <= buf->cap)
        return;
    size_t cap = buf->cap * 2 > need ? buf->cap * 2 : need;
    if (cap < 64)
        cap = 64;
    buf->data = mem_resize(buf->data, cap, 1);
    buf->cap = cap;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
    reserve(buf, len);
    if (len)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_add_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_addv(struct buf *buf, const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0)
        out_of_memory();
    reserve(buf, (size_t)len);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
    buf->len += (size_t)len;
}

void buf_addf(struct buf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buf_addv(buf, format, args);
    va_end(args);
}

void buf_add_byte(struct buf *buf, uint8_t byte)
{
    buf_add(buf, &byte, 1);
}

const char *buf_text(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

void buf_clear(struct buf *buf)
{
    mem_free(buf->data);
    *buf = (struct buf){0};
}
