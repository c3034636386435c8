#include "base/text.h"

#include <sodium.h>
#include <string.h>

struct slice slice_of(const char *text)
{
    return (struct slice){text ? text : "", text ? strlen(text) : 0};
}

bool slice_is(struct slice slice, const char *text)
{
    return slice.len == strlen(text) &&
           (slice.len == 0 || memcmp(slice.at, text, slice.len) == 0);
}

bool slice_cut(struct slice *rest, char mark, struct slice *head)
{
    const char *found = rest->len ? memchr(rest->at, mark, rest->len) : NULL;

    if (!found)
        return false;
    size_t len = (size_t)(found - rest->at);
    *head = (struct slice){rest->at, len};
    rest->at += len + 1;
    rest->len -= len + 1;
    return true;
}

bool slice_line(struct slice *rest, struct slice *line)
{
    return slice_cut(rest, '\n', line);
}

/* Source: Unicode 15, table 3-7, well-formed UTF-8 byte sequences. */
size_t text_next(const char *text, size_t len, uint32_t *rune)
{
    const unsigned char *byte = (const unsigned char *)text;

    if (len == 0)
        return 0;
    if (byte[0] < 0x80) {
        *rune = byte[0];
        return 1;
    }
    size_t size = byte[0] >= 0xF0 ? 4 : byte[0] >= 0xE0 ? 3 : 2;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (byte[0] < 0xC2 || byte[0] > 0xF4 || len < size)
        return 0;
    uint32_t value = byte[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (byte[i] & 0x3Fu);
    }
    if (value < least[size] || value > 0x10FFFF ||
        (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *rune = value;
    return size;
}

bool text_is_utf8(const char *text, size_t len)
{
    size_t at = 0;

    while (at < len) {
        uint32_t rune;
        size_t size = text_next(text + at, len - at, &rune);
        if (size == 0)
            return false;
        at += size;
    }
    return true;
}

bool text_has_control(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];
        if ((byte < 0x20 && byte != '\n') || byte == 0x7F)
            return true;
    }
    return false;
}

/* Characters that act on a terminal instead of standing there: C0, C1, and
 * those that end a line or turn the direction of what follows, so that it
 * reads as something else than what was signed. */
static bool is_control(uint32_t rune)
{
    return rune < 0x20 || (rune >= 0x7F && rune < 0xA0) ||
           (rune >= 0x2028 && rune <= 0x202E) ||
           (rune >= 0x2066 && rune <= 0x2069);
}

void text_tame(char *text, bool keep_lf)
{
    size_t len = strlen(text);

    for (size_t at = 0; at < len;) {
        uint32_t rune = 0;
        size_t size = text_next(text + at, len - at, &rune);
        bool bad =
            size == 0 || (is_control(rune) && !(keep_lf && rune == '\n'));
        size = size ? size : 1;
        if (bad)
            memset(text + at, '?', size);
        at += size;
    }
}

struct range {
    uint32_t first;
    uint32_t last;
};

static bool is_in(const struct range *range, size_t count, uint32_t rune)
{
    for (size_t i = 0; i < count; i++) {
        if (rune >= range[i].first && rune <= range[i].last)
            return true;
    }
    return false;
}

/* Nonspacing marks of the scripts that states write in, and joiners. */
static const struct range no_column[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},   {0x05BF, 0x05BF},
    {0x05C1, 0x05C5}, {0x0610, 0x061A}, {0x064B, 0x065F},   {0x0670, 0x0670},
    {0x06D6, 0x06DC}, {0x093C, 0x093C}, {0x0941, 0x0948},   {0x094D, 0x094D},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},   {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x202A, 0x202E},   {0x2060, 0x2064},
    {0x20D0, 0x20FF}, {0x302A, 0x302D}, {0x3099, 0x309A},   {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

/* Source: Unicode Standard Annex 11, blocks of width W and F. */
static const struct range two_columns[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
    {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD},
};

static size_t rune_width(uint32_t rune)
{
    if (rune < 0x300)
        return is_control(rune) ? 0 : 1;
    if (is_in(no_column, sizeof no_column / sizeof no_column[0], rune))
        return 0;
    if (is_in(two_columns, sizeof two_columns / sizeof two_columns[0], rune))
        return 2;
    return 1;
}

size_t text_width(const char *text)
{
    size_t len = strlen(text);
    size_t width = 0;

    for (size_t at = 0; at < len;) {
        uint32_t rune = '?'; /* how a malformed byte is shown */
        size_t size = text_next(text + at, len - at, &rune);
        width += rune_width(rune);
        at += size ? size : 1;
    }
    return width;
}

bool text_parse_u64(struct slice text, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;

    if (text.len == 0 || (text.len > 1 && text.at[0] == '0'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char digit = text.at[i];
        if (digit < '0' || digit > '9' ||
            __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(digit - '0'), &sum))
            return false;
    }
    if (sum > max)
        return false;
    *value = sum;
    return true;
}

bool text_parse_i64(struct slice text, int64_t *value)
{
    bool negative = text.len > 0 && text.at[0] == '-';
    uint64_t size;

    if (negative)
        text = (struct slice){text.at + 1, text.len - 1};
    if (!text_parse_u64(text, INT64_MAX, &size))
        return false;
    *value = negative ? -(int64_t)size : (int64_t)size;
    return true;
}

static bool is_alphanumeric(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9');
}

bool text_is_name(struct slice text)
{
    if (text.len < 1 || text.len > 64 || !is_alphanumeric(text.at[0]))
        return false;
    for (size_t i = 1; i < text.len; i++) {
        char c = text.at[i];
        if (!is_alphanumeric(c) && c != '_' && c != '.' && c != '-')
            return false;
    }
    return true;
}

size_t text_base64_size(size_t len)
{
    return (len + 2) / 3 * 4;
}

void text_base64(const uint8_t *data, size_t len, char *text)
{
    sodium_bin2base64(text, text_base64_size(len) + 1, data, len,
                      sodium_base64_VARIANT_ORIGINAL);
}

/* The six bits of a character, or 64. Not sodium_base642bin: that takes care
 * not to leak secrets by its timing, and ten times as long; what stands here
 * is public, or its owner reading a key file. */
static unsigned sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (unsigned)(c - 'a') + 26;
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0') + 52;
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Four characters, `pad` of them '=', to 3 - pad bytes; false unless
 * canonical. */
static bool decode_four(const char *four, size_t pad, uint8_t *data)
{
    unsigned bits = 0;

    for (size_t i = 0; i < 4 - pad; i++) {
        unsigned value = sextet(four[i]);

        if (value > 63)
            return false;
        bits |= value << (18 - 6 * i);
    }
    for (size_t i = 0; i < 3 - pad; i++)
        data[i] = (uint8_t)(bits >> (16 - 8 * i));
    return pad == 0 || (bits & (pad == 1 ? 0xff : 0xffff)) == 0;
}

bool text_from_base64(struct slice text, uint8_t *data, size_t cap, size_t *len)
{
    size_t fours = text.len / 4;
    size_t pad = 0;

    if (text.len % 4 != 0)
        return false;
    while (pad < 2 && pad < text.len && text.at[text.len - 1 - pad] == '=')
        pad++;
    if (3 * fours - pad > cap)
        return false;
    for (size_t i = 0; i < fours; i++)
        if (!decode_four(text.at + 4 * i, i + 1 == fours ? pad : 0,
                         data + 3 * i))
            return false;
    *len = 3 * fours - pad;
    return true;
}

void text_hex(const uint8_t *data, size_t len, char *text)
{
    sodium_bin2hex(text, 2 * len + 1, data, len);
}

bool text_from_hex(struct slice text, uint8_t *data, size_t len)
{
    size_t got;

    return text.len == 2 * len &&
           sodium_hex2bin(data, len, text.at, text.len, NULL, &got, NULL) ==
               0 &&
           got == len;
}
