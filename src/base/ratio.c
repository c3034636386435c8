#include "base/ratio.h"

#include <assert.h>

static const int64_t RATIO_LIMIT = (int64_t)1 << 53;
static const int64_t BILLION = 1000000000;

static int64_t power_of_ten(int exponent)
{
    int64_t power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

static enum err not_a_decimal(struct slice text, struct why *why)
{
    return fail(why, ERR_INPUT,
                "expected a number such as 1723.8 (not negative, no exponent, "
                "at most %d places), found \"%.*s\"",
                DECIMAL_PLACES_MAX, text.len < 40 ? (int)text.len : 40,
                text.at);
}

enum err decimal_parse(struct slice text, __int128 *units, int *places,
                       struct why *why)
{
    struct slice rest = text;
    struct slice whole;
    bool pointed = slice_cut(&rest, '.', &whole);
    struct slice part = pointed ? rest : (struct slice){"", 0};
    __int128 sum = 0;

    if (!pointed)
        whole = text;
    if (whole.len == 0 || (whole.len > 1 && whole.at[0] == '0') ||
        (pointed && part.len == 0) || part.len > DECIMAL_PLACES_MAX)
        return not_a_decimal(text, why);
    for (size_t i = 0; i < whole.len + part.len; i++) {
        char digit = i < whole.len ? whole.at[i] : part.at[i - whole.len];
        if (digit < '0' || digit > '9')
            return not_a_decimal(text, why);
        if (whole.len <= DECIMAL_WHOLE_MAX)
            sum = sum * 10 + (digit - '0');
    }
    if (whole.len > DECIMAL_WHOLE_MAX)
        return fail(why, ERR_LIMIT, "number too large: %.*s",
                    text.len < 40 ? (int)text.len : 40, text.at);
    *units = sum;
    *places = (int)part.len;
    return ERR_NONE;
}

void decimal_format(__int128 units, int places, struct buf *out)
{
    while (places > 0 && units % 10 == 0) {
        units /= 10;
        places--;
    }
    int64_t scale = power_of_ten(places);
    buf_addf(out, "%lld", (long long)(units / scale));
    if (places > 0)
        buf_addf(out, ".%0*lld", places, (long long)(units % scale));
}

static __int128 common_divisor(__int128 a, __int128 b)
{
    while (b != 0) {
        __int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static enum err reduce(__int128 num, __int128 den, struct ratio *ratio,
                       struct why *why)
{
    __int128 divisor = common_divisor(num, den);

    assert(divisor > 0); /* as den is */
    num /= divisor;
    den /= divisor;
    if (num >= RATIO_LIMIT || den >= RATIO_LIMIT)
        return fail(why, ERR_LIMIT, "threshold beyond 2^53");
    *ratio = (struct ratio){(int64_t)num, (int64_t)den};
    return ERR_NONE;
}

static enum err not_a_ratio(struct slice text, struct why *why)
{
    return fail(why, ERR_INPUT,
                "expected a threshold such as 65%%, 2/3, 0.65 or 9, found "
                "\"%.*s\"",
                text.len < 40 ? (int)text.len : 40, text.at);
}

static enum err parse_fraction(struct slice text, struct slice num,
                               struct slice den, struct ratio *ratio,
                               struct why *why)
{
    uint64_t above;
    uint64_t below;

    if (!text_parse_u64(num, INT64_MAX, &above) ||
        !text_parse_u64(den, INT64_MAX, &below) || below == 0)
        return not_a_ratio(text, why);
    return reduce((int64_t)above, (int64_t)below, ratio, why);
}

enum err ratio_parse(struct slice text, struct ratio *ratio, bool *absolute,
                     struct why *why)
{
    struct slice rest = text;
    struct slice num;
    __int128 units;
    int places;

    if (slice_cut(&rest, '/', &num)) {
        TRY(parse_fraction(text, num, rest, ratio, why));
        *absolute = false;
        return ERR_NONE;
    }
    bool percent = text.len > 0 && text.at[text.len - 1] == '%';
    struct slice number = {text.at, text.len - percent};
    enum err err = decimal_parse(number, &units, &places, why);
    if (err == ERR_INPUT)
        return not_a_ratio(text, why);
    TRY(err);
    int64_t scale = power_of_ten(places) * (percent ? 100 : 1);
    TRY(reduce(units, scale, ratio, why));
    *absolute = !percent && places == 0;
    return ERR_NONE;
}

void ratio_format(struct ratio ratio, bool absolute, struct buf *out)
{
    if (absolute) {
        buf_addf(out, "%lld", (long long)ratio.num);
        return;
    }
    if (BILLION % ratio.den == 0) {
        /* a share in billionths is a percentage in ten-millionths */
        decimal_format((__int128)ratio.num * (BILLION / ratio.den), 7, out);
        buf_add_text(out, "%");
        return;
    }
    buf_addf(out, "%lld/%lld", (long long)ratio.num, (long long)ratio.den);
}
