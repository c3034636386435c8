#include "base/mem.h"
#include "test.h"

#include <stdalign.h>
#include <string.h>

TEST(an_arena_gives_zeroed_aligned_blocks_of_any_size)
{
    struct arena *arena = arena_open();
    const size_t sizes[] = {1, 7, 16, 4096, 65535, 65536, 200000, 3};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *block = arena_new(arena, sizes[i], 1);
        CHECK((uintptr_t)block % alignof(max_align_t) == 0);
        size_t set = 0;
        for (size_t at = 0; at < sizes[i]; at++)
            set += block[at] != 0;
        CHECK_INT(set, 0);
        memset(block, 0xA5, sizes[i]);
    }
    CHECK_TEXT(arena_text(arena, "Ελλάς and more", strlen("Ελλάς")), "Ελλάς");
    arena_close(arena);
    arena_close(NULL);
}

TEST(a_buffer_grows_and_stays_terminated)
{
    struct buf buf = {0};

    CHECK_TEXT(buf_text(&buf), "");
    for (int i = 0; i < 1000; i++)
        buf_addf(&buf, "%d,", i);
    CHECK_INT(buf.len, strlen(buf.data));
    CHECK(strncmp(buf.data, "0,1,2,", 6) == 0);
    buf_reset(&buf);
    CHECK_TEXT(buf_text(&buf), "");
    buf_add(&buf, "a\0b", 3);
    buf_add_byte(&buf, 'c');
    CHECK_INT(buf.len, 4);
    CHECK(memcmp(buf.data, "a\0bc", 5) == 0);
    buf_clear(&buf);
    CHECK(buf.data == NULL && buf.len == 0);
}
