#include "base/err.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
    [ERR_NONE] = "none",           [ERR_INPUT] = "input",
    [ERR_AUTHORITY] = "authority", [ERR_STATE] = "state",
    [ERR_ABSENT] = "absent",       [ERR_LIMIT] = "limit",
    [ERR_SYSTEM] = "system",
};

/* Drop the beginning of a character that the end of the buffer cut off. */
static void drop_cut_character(char *text)
{
    size_t len = strlen(text);
    size_t start = len;

    while (start > 0 && len - start < 4) {
        unsigned char byte = (unsigned char)text[--start];
        uint32_t rune;
        if (byte < 0x80)
            return;
        if (byte >= 0xC0) {
            if (text_next(text + start, len - start, &rune) == 0)
                text[start] = '\0';
            return;
        }
    }
}

static void set_text(struct why *why, const char *text)
{
    size_t len = strlen(text);
    bool cut = len >= sizeof why->text;

    if (cut)
        len = sizeof why->text - 1;
    memcpy(why->text, text, len);
    why->text[len] = '\0';
    if (cut)
        drop_cut_character(why->text);
    text_tame(why->text, false);
}

enum err(fail)(struct why *why, enum err code, const char *format, ...)
{
    char text[WHY_TEXT_SIZE + 4]; /* an argument may be why->text itself */
    va_list args;

    if (!why)
        return code;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    why->code = code;
    set_text(why, text);
    return code;
}

enum err(fail_within)(struct why *why, enum err code, const char *format, ...)
{
    char text[2 * WHY_TEXT_SIZE + 4];
    va_list args;

    if (!why)
        return code;
    va_start(args, format);
    int len = vsnprintf(text, WHY_TEXT_SIZE, format, args);
    va_end(args);
    size_t at = len < 0 ? 0 : (size_t)len;
    if (at >= WHY_TEXT_SIZE)
        at = WHY_TEXT_SIZE - 1;
    snprintf(text + at, sizeof text - at, ": %s", why->text);
    set_text(why, text);
    return code;
}

const char *err_name(enum err code)
{
    return names[code];
}
