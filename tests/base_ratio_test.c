#include "base/ratio.h"
#include "test.h"

TEST(thresholds_are_read_exactly)
{
    const struct {
        const char *text;
        int64_t num;
        int64_t den;
        bool absolute;
        const char *shown;
    } good[] = {
        {"65%", 13, 20, false, "65%"},
        {"62.5%", 5, 8, false, "62.5%"},
        {"2/3", 2, 3, false, "2/3"},
        {"4/6", 2, 3, false, "2/3"},
        {"0.65", 13, 20, false, "65%"},
        {"9", 9, 1, true, "9"},
        {"0", 0, 1, true, "0"},
        {"1/1", 1, 1, false, "100%"},
        {"1.0", 1, 1, false, "100%"},
        {"100%", 1, 1, false, "100%"},
        {"0%", 0, 1, false, "0%"},
        {"33.333333333%", 33333333333, 100000000000, false,
         "33333333333/100000000000"},
        {"9007199254740991", 9007199254740991, 1, true, "9007199254740991"},
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct ratio ratio = {0, 0};
        bool absolute = !good[i].absolute;
        struct buf shown = {0};
        struct why why;
        CHECK_OK(ratio_parse(slice_of(good[i].text), &ratio, &absolute, &why),
                 why);
        CHECK_INT(ratio.num, good[i].num);
        CHECK_INT(ratio.den, good[i].den);
        CHECK_INT(absolute, good[i].absolute);
        ratio_format(ratio, absolute, &shown);
        CHECK_TEXT(buf_text(&shown), good[i].shown);
        buf_clear(&shown);
    }
}

TEST(what_is_no_threshold_is_refused)
{
    const char *bad[] = {"",      "%",    "65 %", "-1",   "2/0",
                         "2/3/4", "2/-3", "/3",   "2/",   ".5",
                         "5.",    "1e2",  "65%%", "2/3%", "abc",
                         "007",   "+9",   "1,5",  "½",    "1.0000000001"};
    struct ratio ratio = {7, 7};
    bool absolute = true;
    struct why why;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_WHY(ratio_parse(slice_of(bad[i]), &ratio, &absolute, &why),
                  ERR_INPUT, why, "expected a threshold");
    CHECK_INT(
        ratio_parse(slice_of("9007199254740992"), &ratio, &absolute, &why),
        ERR_LIMIT);
    CHECK_INT(
        ratio_parse(slice_of("1/9007199254740993"), &ratio, &absolute, &why),
        ERR_LIMIT);
    CHECK(ratio.num == 7 && ratio.den == 7 && absolute);
}

TEST(decimals_keep_every_place)
{
    const struct {
        const char *text;
        __int128 units;
        int places;
        const char *shown;
    } good[] = {
        {"1723.8", 17238, 1, "1723.8"},
        {"23.0", 230, 1, "23"},
        {"0.000000001", 1, 9, "0.000000001"},
        {"0", 0, 0, "0"},
        {"0.10", 10, 2, "0.1"},
        {"999999999999999999.999999999",
         (__int128)1000000000000000000 * 1000000000 - 1, 9,
         "999999999999999999.999999999"},
    };
    const char *bad[] = {"",      ".",     "1.", ".1",   "-1",           "+1",
                         "1e3",   "1,000", "01", "00.1", "1.0000000000", "NaN",
                         "1.2.3", " 1"};
    struct why why;
    __int128 units;
    int places;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct buf shown = {0};
        CHECK_OK(decimal_parse(slice_of(good[i].text), &units, &places, &why),
                 why);
        CHECK(units == good[i].units);
        CHECK_INT(places, good[i].places);
        decimal_format(units, places, &shown);
        CHECK_TEXT(buf_text(&shown), good[i].shown);
        buf_clear(&shown);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_INT(decimal_parse(slice_of(bad[i]), &units, &places, &why),
                  ERR_INPUT);
    CHECK_INT(
        decimal_parse(slice_of("1000000000000000000"), &units, &places, &why),
        ERR_LIMIT);
    CHECK_INT(decimal_parse(slice_of("99999999999999999999.5"), &units, &places,
                            &why),
              ERR_LIMIT);
}
