/*
 * ratio_fuzz.c - thresholds and decimals: what is read and written is read as
 * the same number; what is refused leaves nothing.
 */
#include "base/ratio.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_ratio(struct slice text)
{
    struct ratio ratio = {-1, -1};
    struct ratio again = {0, 0};
    bool absolute = false;
    bool absolute_again = false;
    struct buf shown = {0};
    struct why why;

    if (ratio_parse(text, &ratio, &absolute, &why) != ERR_NONE) {
        assert(ratio.num == -1 && ratio.den == -1);
        return;
    }
    assert(ratio.num >= 0 && ratio.den >= 1);
    ratio_format(ratio, absolute, &shown);
    enum err err =
        ratio_parse(slice_of(buf_text(&shown)), &again, &absolute_again, &why);
    assert(err == ERR_NONE && again.num == ratio.num &&
           again.den == ratio.den && absolute == absolute_again);
    buf_clear(&shown);
}

static void check_decimal(struct slice text)
{
    __int128 units = -1;
    int places = -1;
    __int128 units_again;
    int places_again;
    struct buf shown = {0};
    struct why why;

    if (decimal_parse(text, &units, &places, &why) != ERR_NONE) {
        assert(units == -1 && places == -1);
        return;
    }
    decimal_format(units, places, &shown);
    enum err err = decimal_parse(slice_of(buf_text(&shown)), &units_again,
                                 &places_again, &why);
    assert(err == ERR_NONE && places_again <= places);
    for (; places_again < places; places_again++)
        units_again *= 10;
    assert(units_again == units);
    buf_clear(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};

    check_ratio(text);
    check_decimal(text);
    return 0;
}
