#include "base/when.h"
#include "test.h"

#include <string.h>
#include <time.h>

static struct when at(const char *text)
{
    struct when when = {0};
    struct why why;

    CHECK_OK(when_parse(slice_of(text), &when, &why), why);
    return when;
}

static struct period period_of(const char *text)
{
    struct period period = {0};
    struct why why;

    CHECK_OK(period_parse(slice_of(text), &period, &why), why);
    return period;
}

static void check_after(const char *from, const char *period, const char *then)
{
    char text[WHEN_TEXT_SIZE];

    when_format(when_after(at(from), period_of(period)), text);
    CHECK_TEXT(text, then);
}

TEST(instants_are_seconds_of_the_calendar)
{
    CHECK_INT(at("1970-01-01").s, 0);
    CHECK_INT(at("1969-12-31T23:59:59Z").s, -1);
    CHECK_INT(at("2000-03-01").s, 951868800);
    CHECK_INT(at("2026-12-01T00:00:00Z").s, 1796083200);
    CHECK_INT(at("0001-01-01").s, -62135596800);
    CHECK_INT(at("9999-12-31T23:59:59Z").s, 253402300799);
}

/* The C library counts days in its own way. */
TEST(every_day_of_two_eras_agrees_with_the_library)
{
    size_t wrong = 0;

    for (int64_t day = -140000; day < 160000; day++) {
        time_t seconds = (time_t)(day * 86400 + 12345);
        struct tm tm;
        char expected[64];
        char text[WHEN_TEXT_SIZE];
        gmtime_r(&seconds, &tm);
        strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%SZ", &tm);
        when_format((struct when){seconds}, text);
        struct when back = {0};
        wrong += strcmp(text, expected) != 0 ||
                 when_parse(slice_of(text), &back, NULL) != ERR_NONE ||
                 back.s != seconds;
    }
    CHECK_INT(wrong, 0);
}

TEST(what_is_no_instant_is_refused)
{
    const char *bad[] = {"",
                         "2026-13-01",
                         "2026-00-10",
                         "2026-02-29",
                         "1900-02-29",
                         "0000-01-01",
                         "2026-1-1",
                         "2026-12-01T24:00:00Z",
                         "2026-12-31T23:59:60Z",
                         "2026-12-01T00:00:00",
                         "2026-12-01T00:00:00z",
                         "2026-12-01T00:00:00+00:00",
                         "2026-12-01T00:00:00.5Z",
                         "2026-12-01 00:00:00Z",
                         " 2026-12-01",
                         "20261201"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct when when = {7};
        struct why why;
        CHECK_INT(when_parse(slice_of(bad[i]), &when, &why), ERR_INPUT);
        CHECK_INT(when.s, 7);
    }
    CHECK_INT(at("2000-02-29").s, 951782400);
}

TEST(instants_outside_the_calendar_are_shown_at_its_ends)
{
    char text[WHEN_TEXT_SIZE];

    when_format((struct when){INT64_MAX}, text);
    CHECK_TEXT(text, "9999-12-31T23:59:59Z");
    when_format((struct when){INT64_MIN}, text);
    CHECK_TEXT(text, "0001-01-01T00:00:00Z");
}

TEST(months_are_calendar_months)
{
    check_after("2026-01-31", "1 month", "2026-02-28T00:00:00Z");
    check_after("2024-01-31T10:00:00Z", "1 month", "2024-02-29T10:00:00Z");
    check_after("2024-02-29", "1 year", "2025-02-28T00:00:00Z");
    check_after("2026-11-30", "3 months", "2027-02-28T00:00:00Z");
    check_after("2026-01-01", "12 months", "2027-01-01T00:00:00Z");
    check_after("2026-12-31T23:59:59Z", "1s", "2027-01-01T00:00:00Z");
    check_after("9999-12-01", "12000 months", "9999-12-31T23:59:59Z");
    check_after("9999-12-31", "2d", "9999-12-31T23:59:59Z");
}

/* "the first day of the month following the expiration of three months" */
TEST(entry_into_force_moves_on_to_the_first_of_a_month)
{
    const char *period = "3 months, first of month";

    check_after("2025-12-16", period, "2026-04-01T00:00:00Z");
    check_after("2026-01-01", period, "2026-04-01T00:00:00Z");
    check_after("2026-01-01T00:00:01Z", period, "2026-05-01T00:00:00Z");
    check_after("2026-09-30", period, "2027-01-01T00:00:00Z");
    check_after("9999-11-15", "1 month, first of month",
                "9999-12-31T23:59:59Z");
}

TEST(periods_are_read_in_their_usual_forms)
{
    const struct {
        const char *text;
        int32_t months;
        int64_t seconds;
        const char *shown;
    } good[] = {
        {"72h", 0, 259200, "72 hours"},
        {"72 hours", 0, 259200, "72 hours"},
        {"30d", 0, 2592000, "30 days"},
        {"2w", 0, 1209600, "14 days"},
        {"45m", 0, 2700, "45 minutes"},
        {"90s", 0, 90, "90 seconds"},
        {"1 day", 0, 86400, "1 day"},
        {"0s", 0, 0, "0 seconds"},
        {"12 months", 12, 0, "12 months"},
        {"1 year", 12, 0, "12 months"},
        {"1 month, 2d", 1, 172800, "1 month, 48 hours"},
    };
    const char *bad[] = {"",
                         "h",
                         "72",
                         "72 h ",
                         "-1h",
                         "1.5h",
                         "1  day",
                         "72H",
                         "1e3s",
                         "12001 months",
                         "1 month,",
                         "01d",
                         "first of month",
                         "1d, first of month, 1d",
                         "100000000001s",
                         "99999999999999999999s"};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct buf shown = {0};
        struct period period = period_of(good[i].text);
        CHECK_INT(period.months, good[i].months);
        CHECK_INT(period.seconds, good[i].seconds);
        CHECK(!period.month_start);
        period_format(period, &shown);
        CHECK_TEXT(buf_text(&shown), good[i].shown);
        buf_clear(&shown);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct period period = {7, 7, false};
        struct why why;
        CHECK_WHY(period_parse(slice_of(bad[i]), &period, &why), ERR_INPUT, why,
                  "expected a period");
        CHECK(period.months == 7 && period.seconds == 7);
    }
}
