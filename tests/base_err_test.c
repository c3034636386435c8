#include "base/err.h"
#include "base/text.h"
#include "test.h"

#include <string.h>

TEST(a_reason_is_one_line_of_utf8)
{
    struct why why;

    CHECK_INT(fail(&why, ERR_INPUT,
                   "a\nb\x1b[31m\xff"
                   "c"),
              ERR_INPUT);
    CHECK_INT(why.code, ERR_INPUT);
    CHECK_TEXT(why.text, "a?b?[31m?c");
    CHECK_INT(fail(NULL, ERR_LIMIT, "nobody listens"), ERR_LIMIT);
}

TEST(a_reason_is_cut_between_characters)
{
    struct why why;

    /* "é" is two bytes; from an odd place one of them would be cut in two */
    for (int pad = 0; pad < 5; pad++) {
        struct buf text = {0};
        for (int i = 0; i < pad; i++)
            buf_add_byte(&text, '.');
        for (int i = 0; i < 200; i++)
            buf_add_text(&text, "é日");
        fail(&why, ERR_INPUT, "%s", buf_text(&text));
        size_t len = strlen(why.text);
        CHECK(len <= WHY_TEXT_SIZE - 1 && len >= WHY_TEXT_SIZE - 4);
        CHECK(text_is_utf8(why.text, len));
        CHECK(strchr(why.text, '?') == NULL);
        CHECK(memcmp(why.text, text.data, len) == 0);
        buf_clear(&text);
    }
}

TEST(a_place_is_put_before_a_reason)
{
    struct why why;

    fail(&why, ERR_ABSENT, "no such member");
    CHECK_INT(fail_within(&why, ERR_ABSENT, "%s:%d", "votes.csv", 7),
              ERR_ABSENT);
    CHECK_TEXT(why.text, "votes.csv:7: no such member");
    CHECK_INT(fail_within(NULL, ERR_ABSENT, "x"), ERR_ABSENT);
}

TEST(a_reason_may_quote_itself)
{
    struct why why;

    fail(&why, ERR_INPUT, "inner");
    fail(&why, ERR_STATE, "outer (%s)", why.text);
    CHECK_TEXT(why.text, "outer (inner)");
    CHECK_TEXT(err_name(why.code), "state");
}
