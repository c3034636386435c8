#include "base/text.h"
#include "test.h"

#include <string.h>

TEST(well_formed_utf8_is_told_from_malformed)
{
    const char *good[] = {"",
                          "a",
                          "é",
                          "日本",
                          "🇪🇺",
                          "\xF4\x8F\xBF\xBF",
                          "\xEF\xBF\xBF",
                          "\xED\x9F\xBF"};
    const char *bad[] = {"\x80",
                         "\xC0\x80",
                         "\xC1\xBF",
                         "\xE0\x80\x80",
                         "\xE0\x9F\xBF",
                         "\xED\xA0\x80",
                         "\xF0\x80\x80\x80",
                         "\xF4\x90\x80\x80",
                         "\xF5\x80\x80\x80",
                         "\xC3",
                         "\xE2\x82",
                         "a\xFF",
                         "\xC3(",
                         "\xF0\x9F\x87"};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK(text_is_utf8(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!text_is_utf8(bad[i], strlen(bad[i])));
}

TEST(control_bytes_are_found_and_tamed)
{
    char text[] = "a\x1b[2J\nb\xC2\x9B"
                  "c\xFF"
                  "é";

    CHECK(text_has_control("a\tb", 3) && text_has_control("a\x7f", 2));
    CHECK(text_has_control("a\0b", 3) && !text_has_control("a\nb", 3));
    text_tame(text, true);
    CHECK_TEXT(text, "a?[2J\nb??c?é");
    text_tame(text, false);
    CHECK_TEXT(text, "a?[2J?b??c?é");

    char turned[] =
        "no \xE2\x80\xAEsey\xE2\x81\xA6 \xE2\x80\xA8."; /* RLO, LRI, LS */
    text_tame(turned, true);
    CHECK_TEXT(turned, "no ???sey??? ???.");
}

TEST(width_is_counted_in_columns)
{
    CHECK_INT(text_width("Ελλάς"), 5);
    CHECK_INT(text_width("日本"), 4);
    CHECK_INT(text_width("e\xCC\x81"), 1); /* e + combining acute */
    CHECK_INT(text_width("대한민국"), 8);
    CHECK_INT(text_width("\xFF\xFE"), 2);
}

TEST(numbers_are_digits_and_nothing_else)
{
    const char *bad[] = {"",
                         "-",
                         "+1",
                         " 1",
                         "1 ",
                         "01",
                         "0x10",
                         "1e3",
                         "--1",
                         "٣",
                         "18446744073709551616",
                         "99999999999999999999"};
    uint64_t value = 7;
    int64_t number = 7;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(!text_parse_u64(slice_of(bad[i]), UINT64_MAX, &value));
        CHECK(!text_parse_i64(slice_of(bad[i]), &number));
    }
    CHECK(value == 7 && number == 7);
    CHECK(text_parse_u64(slice_of("18446744073709551615"), UINT64_MAX, &value));
    CHECK(value == UINT64_MAX);
    CHECK(!text_parse_u64(slice_of("101"), 100, &value));
    CHECK(text_parse_u64(slice_of("0"), 0, &value) && value == 0);
    CHECK(text_parse_i64(slice_of("-9223372036854775807"), &number));
    CHECK(number == -INT64_MAX);
    CHECK(!text_parse_i64(slice_of("9223372036854775808"), &number));
}

TEST(slices_are_cut_at_marks_and_lines)
{
    struct slice rest = slice_of("one\n\ntwo");
    struct slice line;

    CHECK(slice_line(&rest, &line) && slice_is(line, "one"));
    CHECK(slice_line(&rest, &line) && slice_is(line, ""));
    CHECK(!slice_line(&rest, &line) && slice_is(rest, "two"));
    CHECK(!slice_cut(&rest, ':', &line) && slice_is(rest, "two"));
    rest = slice_of(NULL);
    CHECK(rest.len == 0 && !slice_cut(&rest, ':', &line));
}

TEST(names_are_short_and_plain)
{
    const char *bad[] = {"", "-x", ".x", "_x", "a b", "a/b", "é", "a\n"};
    char longest[66];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!text_is_name(slice_of(bad[i])));
    CHECK(text_is_name(slice_of("NO")));
    CHECK(text_is_name(slice_of("2026-014_b.c")));
    memset(longest, 'x', sizeof longest);
    CHECK(text_is_name((struct slice){longest, 64}));
    CHECK(!text_is_name((struct slice){longest, 65}));
}

/* Source: RFC 4648, section 10. */
TEST(base64_is_exact_and_canonical)
{
    const char *plain[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
    const char *coded[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                           "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    const char *bad[] = {"Zg",   "Zg=",   "Zh==", "Zm9=",  "Zg==\n",
                         "Z===", "Zm9v=", "Zm-_", " Zg==", "Zg==Zg=="};
    uint8_t data[8];
    char text[16];
    size_t len;

    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        text_base64((const uint8_t *)plain[i], strlen(plain[i]), text);
        CHECK_TEXT(text, coded[i]);
        CHECK_INT(text_base64_size(strlen(plain[i])), strlen(coded[i]));
        CHECK(text_from_base64(slice_of(coded[i]), data, sizeof data, &len));
        CHECK(len == i && memcmp(data, plain[i], len) == 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!text_from_base64(slice_of(bad[i]), data, sizeof data, &len));
    CHECK(!text_from_base64(slice_of("Zm9vYmFy"), data, 5, &len));
}

TEST(hex_has_the_length_that_is_asked_for)
{
    const uint8_t data[] = {0x00, 0xAB, 0xff};
    uint8_t back[3];
    char text[7];

    text_hex(data, 3, text);
    CHECK_TEXT(text, "00abff");
    CHECK(text_from_hex(slice_of("00ABff"), back, 3));
    CHECK(memcmp(back, data, 3) == 0);
    CHECK(!text_from_hex(slice_of("00abf"), back, 3));
    CHECK(!text_from_hex(slice_of("00abfff"), back, 3));
    CHECK(!text_from_hex(slice_of("00abfg"), back, 3));
}
