/*
 * when_fuzz.c - "INSTANT PERIOD": each that is read and written is read as the
 * same; adding a period never goes back in time nor past the calendar.
 */
#include "base/when.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_when(struct when when)
{
    char text[WHEN_TEXT_SIZE];
    struct when again = {0};

    when_format(when, text);
    enum err err = when_parse(slice_of(text), &again, NULL);
    assert(err == ERR_NONE && again.s == when.s);
}

static void check_period(struct period period)
{
    struct buf text = {0};
    struct period again = {0};

    period_format(period, &text);
    enum err err = period_parse(slice_of(buf_text(&text)), &again, NULL);
    assert(err == ERR_NONE && again.months == period.months &&
           again.seconds == period.seconds &&
           again.month_start == period.month_start);
    buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = {(const char *)data, size};
    struct slice head;
    struct when when = {0};
    struct period period = {0};
    struct why why;

    if (size == 0 || !slice_cut(&rest, ' ', &head))
        return 0;
    enum err err = when_parse(head, &when, &why);
    assert(err == ERR_NONE || when.s == 0);
    check_when(when);
    err = period_parse(rest, &period, &why);
    assert(err == ERR_NONE || (period.months == 0 && period.seconds == 0));
    check_period(period);
    struct when after = when_after(when, period);
    assert(after.s >= when.s);
    check_when(after);
    return 0;
}
