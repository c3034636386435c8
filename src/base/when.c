#include "base/when.h"

#include <string.h>
#include <time.h>

enum { DAY_S = 86400, MONTHS_MAX = 12000 };
static const int64_t SECONDS_MAX = 100000000000;
static const int64_t WHEN_FIRST = -62135596800; /* 0001-01-01T00:00:00Z */
static const int64_t WHEN_LAST = 253402300799;  /* 9999-12-31T23:59:59Z */

struct date {
    int64_t year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

/*
 * Days since 1970-01-01, and back. Years begin in March here, so that the leap
 * day is a year's last, and come in eras of 400 years = 146,097 days.
 *
 * Source   Howard Hinnant, chrono-Compatible Low-Level Date Algorithms (2013),
 *          days_from_civil and civil_from_days. All years here are positive,
 *          which spares the floor division of the original.
 */
static int64_t days_of(struct date date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = year / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static struct date date_of(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = shifted / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                           day_of_era / 146096) /
                          365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct date date = {
        .year = year_of_era + era * 400 + (month >= 10),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };

    return date;
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

/* Split an instant into its day and the seconds of the day. */
static int64_t day_of(struct when when, int64_t *seconds)
{
    int64_t from_first = when.s - WHEN_FIRST; /* never negative */

    *seconds = from_first % DAY_S;
    return from_first / DAY_S + WHEN_FIRST / DAY_S;
}

static int digits(const char *at, int count)
{
    int sum = 0;

    while (count-- > 0)
        sum = sum * 10 + (*at++ - '0');
    return sum;
}

/* Does `text` look like `shape`, where 0 stands for a digit? */
static bool has_shape(struct slice text, const char *shape)
{
    if (text.len != strlen(shape))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.at[i] >= '0' && text.at[i] <= '9';
        if (shape[i] == '0' ? !digit : text.at[i] != shape[i])
            return false;
    }
    return true;
}

enum err when_parse(struct slice text, struct when *when, struct why *why)
{
    bool instant = has_shape(text, "0000-00-00T00:00:00Z");

    if (!instant && !has_shape(text, "0000-00-00"))
        return fail(why, ERR_INPUT,
                    "expected a time as 2026-12-01T00:00:00Z or a date as "
                    "2026-12-01, found \"%.*s\"",
                    text.len < 40 ? (int)text.len : 40, text.at);
    struct date date = {digits(text.at, 4), digits(text.at + 5, 2),
                        digits(text.at + 8, 2)};
    if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > days_in_month(date.year, date.month))
        return fail(why, ERR_INPUT, "no such day in the calendar: %.*s", 10,
                    text.at);
    int64_t seconds = 0;
    if (instant) {
        int hour = digits(text.at + 11, 2);
        int minute = digits(text.at + 14, 2);
        int second = digits(text.at + 17, 2);
        if (hour > 23 || minute > 59 || second > 59)
            return fail(why, ERR_INPUT, "no such time of day: %.*s", 8,
                        text.at + 11);
        seconds = hour * 3600 + minute * 60 + second;
    }
    when->s = days_of(date) * DAY_S + seconds;
    return ERR_NONE;
}

static struct when clamp(int64_t s)
{
    return (struct when){s < WHEN_FIRST  ? WHEN_FIRST
                         : s > WHEN_LAST ? WHEN_LAST
                                         : s};
}

static char *put(char *at, int64_t number, int count, char mark)
{
    for (int i = count - 1; i >= 0; i--) {
        at[i] = (char)('0' + number % 10);
        number /= 10;
    }
    at[count] = mark;
    return at + count + 1;
}

void when_format(struct when when, char text[WHEN_TEXT_SIZE])
{
    int64_t seconds;
    struct date date = date_of(day_of(clamp(when.s), &seconds));

    text = put(text, date.year, 4, '-');
    text = put(text, date.month, 2, '-');
    text = put(text, date.day, 2, 'T');
    text = put(text, seconds / 3600, 2, ':');
    text = put(text, seconds / 60 % 60, 2, ':');
    text = put(text, seconds % 60, 2, 'Z');
    *text = '\0';
}

struct when when_clock(void)
{
    return (struct when){(int64_t)time(NULL)};
}

/* UNIT: its short and long names and what one of it is. */
static const struct unit {
    const char *brief;
    const char *one;
    const char *many;
    int32_t months;
    int64_t seconds;
} units[] = {
    {"s", "second", "seconds", 0, 1},     {"m", "minute", "minutes", 0, 60},
    {"h", "hour", "hours", 0, 3600},      {"d", "day", "days", 0, DAY_S},
    {"w", "week", "weeks", 0, 7 * DAY_S}, {NULL, "month", "months", 1, 0},
    {NULL, "year", "years", 12, 0},
};
enum { UNITS = sizeof units / sizeof units[0] };

static const struct unit *find_unit(struct slice name)
{
    for (size_t i = 0; i < UNITS; i++) {
        if (slice_is(name, units[i].one) || slice_is(name, units[i].many) ||
            (units[i].brief && slice_is(name, units[i].brief)))
            return &units[i];
    }
    return NULL;
}

static struct slice skip(struct slice text, size_t count)
{
    return (struct slice){text.at + count, text.len - count};
}

/* "72h", "3 months": one number and its unit, added to *period. */
static bool add_part(struct slice part, struct period *period)
{
    size_t len = 0;
    uint64_t count;

    while (len < part.len && part.at[len] >= '0' && part.at[len] <= '9')
        len++;
    if (!text_parse_u64((struct slice){part.at, len}, (uint64_t)SECONDS_MAX,
                        &count))
        return false;
    part = skip(part, len);
    if (part.len > 0 && part.at[0] == ' ')
        part = skip(part, 1);
    const struct unit *unit = find_unit(part);
    int64_t months;
    int64_t seconds;
    if (!unit ||
        __builtin_mul_overflow((int64_t)count, unit->months, &months) ||
        __builtin_mul_overflow((int64_t)count, unit->seconds, &seconds))
        return false;
    if (months > MONTHS_MAX - period->months ||
        seconds > SECONDS_MAX - period->seconds)
        return false;
    period->months += (int32_t)months;
    period->seconds += seconds;
    return true;
}

enum err period_parse(struct slice text, struct period *period, struct why *why)
{
    struct period sum = {0};
    struct slice rest = text;
    struct slice part;
    bool good = true;
    bool more = true;

    while (good && more) {
        more = slice_cut(&rest, ',', &part);
        if (!more)
            part = rest;
        else if (rest.len > 0 && rest.at[0] == ' ')
            rest = skip(rest, 1);
        if (!more && part.at != text.at && slice_is(part, "first of month"))
            sum.month_start = true;
        else
            good = add_part(part, &sum);
    }
    if (!good)
        return fail(why, ERR_INPUT,
                    "expected a period such as 72h, 30 days, 12 months or "
                    "\"3 months, first of month\" (at most 1000 years), found "
                    "\"%.*s\"",
                    text.len < 40 ? (int)text.len : 40, text.at);
    *period = sum;
    return ERR_NONE;
}

static void add_count(struct buf *out, int64_t count, const struct unit *unit)
{
    buf_addf(out, "%lld %s", (long long)count,
             count == 1 ? unit->one : unit->many);
}

/* Seconds in the largest unit that is exact; up to four days in hours, as
 * deadlines are usually given. */
static void add_seconds(struct buf *out, int64_t seconds)
{
    size_t i = 0;

    for (size_t next = 1; next <= 3; next++) {
        bool short_day = next == 3 && seconds <= 4 * DAY_S && seconds != DAY_S;
        if (seconds > 0 && seconds % units[next].seconds == 0 && !short_day)
            i = next;
    }
    add_count(out, seconds / units[i].seconds, &units[i]);
}

void period_format(struct period period, struct buf *out)
{
    const struct unit *month = &units[5];

    if (period.months)
        add_count(out, period.months, month);
    if (period.months && period.seconds)
        buf_add_text(out, ", ");
    if (period.seconds || !period.months)
        add_seconds(out, period.seconds);
    if (period.month_start)
        buf_add_text(out, ", first of month");
}

/* Add calendar months, the day cut to the length of the month; the caller
 * bounds the result, which may lie beyond year 9999. */
static int64_t add_months(struct when when, int64_t months)
{
    int64_t seconds;
    struct date date = date_of(day_of(when, &seconds));
    int64_t month = date.month - 1 + months;

    date.year += month / 12;
    date.month = (int)(month % 12) + 1;
    int last = days_in_month(date.year, date.month);
    if (date.day > last)
        date.day = last;
    return days_of(date) * DAY_S + seconds;
}

static int64_t to_month_start(struct when when)
{
    int64_t seconds;
    struct date date = date_of(day_of(when, &seconds));

    if (date.day == 1 && seconds == 0)
        return when.s;
    int64_t first = when.s - seconds - (int64_t)(date.day - 1) * DAY_S;
    return add_months((struct when){first}, 1);
}

struct when when_after(struct when when, struct period period)
{
    when = clamp(when.s);
    when = clamp(add_months(when, period.months));
    when = clamp(when.s + period.seconds);
    if (period.month_start)
        when = clamp(to_month_start(when));
    return when;
}
