/*
 * converge_read.c - recorded votes from CSV, twice.
 *
 * base/csv.h says what the format is and why a row is wrong. The scanner below
 * knows only rows that are plainly right, finds fields where they lie, and
 * doubts everything else; what it doubts is read again from the start by
 * base/csv.h.
 */
#include "base/csv.h"
#include "base/file.h"
#include "power/converge_rolls.h"

#include <string.h>

static const size_t FILE_MAX = (size_t)1 << 30;

/* Where the columns of a vote are: by field, SIZE_MAX for none. */
struct columns {
    size_t at[ROLL_FIELDS];
};

static enum err find_columns(const struct csv *csv, struct columns *columns,
                             struct why *why)
{
    static const char *const name[] = {
        [ROLL_FIELD_ROLL] = "roll",
        [ROLL_FIELD_CODE] = "code",
        [ROLL_FIELD_POSITION] = "position",
        [ROLL_FIELD_PERIOD] = "period",
    };

    for (size_t i = 0; i < ROLL_FIELDS; i++) {
        columns->at[i] = csv_find(csv, name[i]);
        if (columns->at[i] == SIZE_MAX && i != ROLL_FIELD_PERIOD)
            return csv_fail(csv, SIZE_MAX, why, ERR_INPUT,
                            "expected a column '%s' beside roll, code, "
                            "position and perhaps period",
                            name[i]);
    }
    return ERR_NONE;
}

static struct roll_vote vote_of(const struct columns *columns,
                                const struct slice *field)
{
    struct slice none = {"", 0};
    size_t period = columns->at[ROLL_FIELD_PERIOD];

    return (struct roll_vote){
        .roll = field[columns->at[ROLL_FIELD_ROLL]],
        .code = field[columns->at[ROLL_FIELD_CODE]],
        .position = field[columns->at[ROLL_FIELD_POSITION]],
        .period = period == SIZE_MAX ? none : field[period],
    };
}

/*
 * By base/csv.h.
 */

static enum err read_rows(struct csv *csv, const struct columns *columns,
                          struct rolls *rolls, struct why *why)
{
    struct slice field[CSV_COLUMNS_MAX];
    size_t rows = 0;
    bool more;

    for (;; rows++) {
        TRY(csv_next(csv, &more, why));
        if (!more)
            break;
        for (size_t i = 0; i < csv_columns(csv); i++)
            field[i] = csv_field(csv, i);
        struct roll_vote vote = vote_of(columns, field);
        enum roll_field about;
        struct why row;
        enum err err = rolls_add(rolls, &vote, &about, &row);
        if (err != ERR_NONE)
            return csv_fail(csv, columns->at[about], why, err, "%s", row.text);
    }
    if (rows == 0)
        return csv_fail(csv, SIZE_MAX, why, ERR_INPUT,
                        "no votes; expected rows of roll, code, position");
    return ERR_NONE;
}

/*
 * By the scanner.
 */

struct scan {
    const char *at;
    const char *end;
    size_t columns;
    struct slice field[CSV_COLUMNS_MAX]; /* of the row last read */
};

/* Bytes at which a plain field ends or is doubted; a character beyond ASCII
 * is looked at. */
enum { GO_ON, STOP, BEYOND };
static const uint8_t plain_class[256] = {
    ['\0'] = STOP, [','] = STOP, ['\n'] = STOP,
    ['\r'] = STOP, ['"'] = STOP, [0x80 ... 0xff] = BEYOND};
static const uint8_t quoted_class[256] = {
    ['\0'] = STOP, ['"'] = STOP, [0x80 ... 0xff] = BEYOND};

/*
 * How many of the next eight bytes are surely plain: neither below '-', where
 * all that stops a field lies, nor beyond ASCII.
 */
static size_t count_plain(const char *at)
{
    const uint64_t each = UINT64_MAX / 255, high = each * 128;
    uint64_t word;

    memcpy(&word, at, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    /* Borrowing marks bytes too many, but only above the first. */
    word = (((word - each * '-') & ~word) | word) & high;
    return word ? (size_t)__builtin_ctzll(word) / 8 : 8;
}

/* Go on to a byte that stops; false when what lies between is not UTF-8. */
static bool skip(struct scan *scan, const uint8_t *class)
{
    const char *at = scan->at;
    uint32_t rune;
    size_t len;

    for (;;) {
        for (size_t plain = 8; plain == 8 && scan->end - at >= 8; at += plain)
            plain = count_plain(at);
        while (at < scan->end && class[(uint8_t)*at] == GO_ON)
            at++;
        if (at == scan->end || class[(uint8_t)*at] == STOP)
            break;
        len = text_next(at, (size_t)(scan->end - at), &rune);
        if (len == 0)
            return false;
        at += len;
    }
    scan->at = at;
    return true;
}

static bool scan_field(struct scan *scan, struct slice *field)
{
    bool quoted = scan->at < scan->end && *scan->at == '"';

    scan->at += quoted;
    field->at = scan->at;
    if (!skip(scan, quoted ? quoted_class : plain_class))
        return false;
    field->len = (size_t)(scan->at - field->at);
    if (quoted) {
        if (scan->at == scan->end || *scan->at != '"')
            return false;
        scan->at++;
    }
    return field->len <= CSV_FIELD_MAX;
}

static bool skip_line_end(struct scan *scan)
{
    if (scan->end - scan->at >= 2 && scan->at[0] == '\r' && scan->at[1] == '\n')
        scan->at++;
    if (scan->at == scan->end || *scan->at != '\n')
        return false;
    scan->at++;
    return true;
}

/* A row of exactly as many fields as there are columns; false: doubt. */
static bool scan_row(struct scan *scan)
{
    for (size_t i = 0; i + 1 < scan->columns; i++) {
        if (!scan_field(scan, &scan->field[i]) || scan->at == scan->end ||
            *scan->at != ',')
            return false;
        scan->at++;
    }
    if (!scan_field(scan, &scan->field[scan->columns - 1]))
        return false;
    return skip_line_end(scan) || scan->at == scan->end;
}

static bool scan_rows(struct scan *scan, const struct columns *columns,
                      struct rolls *rolls)
{
    enum roll_field about;
    bool any = false;

    if (scan->end - scan->at >= 3 && memcmp(scan->at, "\xEF\xBB\xBF", 3) == 0)
        scan->at += 3;
    while (skip_line_end(scan))
        continue;
    if (!scan_row(scan)) /* the header */
        return false;
    for (;;) {
        while (skip_line_end(scan))
            continue;
        if (scan->at == scan->end)
            return any;
        if (!scan_row(scan))
            return false;
        struct roll_vote vote = vote_of(columns, scan->field);
        if (rolls_add(rolls, &vote, &about, NULL) != ERR_NONE)
            return false;
        any = true;
    }
}

/*
 * Either way.
 */

static enum err parse(const char *name, struct slice text,
                      const struct roster *roster, bool plainly,
                      struct rolls **rolls, struct why *why)
{
    struct columns columns;
    struct csv *csv;
    struct scan scan = {text.at, text.at + text.len, 0, {{0}}};
    struct rolls *made = NULL;

    TRY(csv_open(name, text.at, text.len, &csv, why));
    enum err err = find_columns(csv, &columns, why);
    if (err == ERR_NONE) {
        made = rolls_open(roster);
        scan.columns = csv_columns(csv);
        if (plainly || !scan_rows(&scan, &columns, made)) {
            rolls_close(made);
            made = rolls_open(roster);
            err = read_rows(csv, &columns, made, why);
        }
    }
    csv_close(csv);
    if (err == ERR_NONE)
        *rolls = made;
    else
        rolls_close(made);
    return err;
}

enum err rolls_parse(const char *name, const char *text, size_t len,
                     const struct roster *roster, struct rolls **rolls,
                     struct why *why)
{
    struct slice slice = {len ? text : "", len};

    return parse(name, slice, roster, false, rolls, why);
}

enum err rolls_parse_plainly(const char *name, const char *text, size_t len,
                             const struct roster *roster, struct rolls **rolls,
                             struct why *why)
{
    struct slice slice = {len ? text : "", len};

    return parse(name, slice, roster, true, rolls, why);
}

enum err rolls_read(const char *path, const struct roster *roster,
                    struct rolls **rolls, struct why *why)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    struct buf bytes = {0};
    enum err err = file_read(path, FILE_MAX, &bytes, why);

    if (err == ERR_NONE)
        err =
            rolls_parse(name, buf_text(&bytes), bytes.len, roster, rolls, why);
    buf_clear(&bytes);
    return err;
}
