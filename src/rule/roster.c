#include "rule/roster.h"

#include "base/csv.h"
#include "base/mem.h"
#include "base/ratio.h"

#include <assert.h>
#include <string.h>

enum cell_kind { CELL_EMPTY, CELL_NUMBER, CELL_LARGE, CELL_OTHER };

struct cell {
    enum cell_kind kind;
    int places;
    __int128 units;
    const char *text; /* LARGE, OTHER: what was written, cut short */
};

struct column {
    const char *name;
    bool is_group;     /* made as a group: members not put in are outside */
    struct cell *cell; /* [room] */
};

struct roster {
    struct arena *arena;
    const char *source; /* file, or NULL */
    size_t members;
    size_t room;       /* members that there is room for */
    const char **code; /* [room] */
    size_t *line;      /* [room] in source */
    size_t columns;
    struct column *column[ROSTER_COLUMNS_MAX];
};

bool set_has(const struct member_set *set, size_t member)
{
    return set->bits[member / 64] >> (member % 64) & 1;
}

void set_put(struct member_set *set, size_t member, bool in)
{
    uint64_t bit = (uint64_t)1 << (member % 64);

    if (in)
        set->bits[member / 64] |= bit;
    else
        set->bits[member / 64] &= ~bit;
}

size_t set_count(const struct member_set *set)
{
    size_t count = 0;

    for (size_t i = 0; i < ROSTER_MEMBERS_MAX / 64; i++)
        count += (size_t)__builtin_popcountll(set->bits[i]);
    return count;
}

struct roster *roster_open(void)
{
    struct roster *roster = mem_new(1, sizeof *roster);

    roster->arena = arena_open();
    return roster;
}

void roster_close(struct roster *roster)
{
    if (roster == NULL)
        return;
    arena_close(roster->arena);
    mem_free(roster);
}

size_t roster_count(const struct roster *roster)
{
    return roster->members;
}

const char *roster_code(const struct roster *roster, size_t member)
{
    assert(member < roster->members);
    return roster->code[member];
}

size_t roster_find(const struct roster *roster, struct slice code)
{
    for (size_t i = 0; i < roster->members; i++)
        if (slice_is(code, roster->code[i]))
            return i;
    return SIZE_MAX;
}

size_t roster_columns(const struct roster *roster)
{
    return roster->columns;
}

const char *roster_column(const struct roster *roster, size_t column)
{
    assert(column < roster->columns);
    return roster->column[column]->name;
}

static struct column *find_column(const struct roster *roster, const char *name)
{
    for (size_t i = 0; i < roster->columns; i++)
        if (strcmp(roster->column[i]->name, name) == 0)
            return roster->column[i];
    return NULL;
}

bool roster_has_column(const struct roster *roster, const char *name)
{
    return find_column(roster, name) != NULL;
}

static void *grown(struct roster *roster, const void *block, size_t size)
{
    void *larger = arena_new(roster->arena, roster->room, size);

    if (roster->members > 0)
        memcpy(larger, block, roster->members * size);
    return larger;
}

static void make_room(struct roster *roster)
{
    enum { ROOM_FIRST = 32 };

    if (roster->members < roster->room)
        return;
    roster->room = roster->room ? 2 * roster->room : ROOM_FIRST;
    roster->code = grown(roster, roster->code, sizeof *roster->code);
    roster->line = grown(roster, roster->line, sizeof *roster->line);
    for (size_t i = 0; i < roster->columns; i++)
        roster->column[i]->cell =
            grown(roster, roster->column[i]->cell, sizeof(struct cell));
}

enum err roster_add(struct roster *roster, const char *code, struct why *why)
{
    struct slice slice = slice_of(code);

    if (!text_is_name(slice))
        return fail(why, ERR_INPUT,
                    "'%.70s' is no member code: 1 to 64 of A-Z a-z 0-9 _ . - "
                    "were expected, a letter or digit first",
                    code);
    if (roster_find(roster, slice) != SIZE_MAX)
        return fail(why, ERR_INPUT,
                    "%s is there already: each member once was expected", code);
    if (roster->members == ROSTER_MEMBERS_MAX)
        return fail(why, ERR_LIMIT, "more than %d members", ROSTER_MEMBERS_MAX);
    make_room(roster);
    roster->code[roster->members++] =
        arena_text(roster->arena, code, slice.len);
    return ERR_NONE;
}

static enum err make_column(struct roster *roster, const char *name,
                            bool is_group, struct column **column,
                            struct why *why)
{
    *column = find_column(roster, name);
    if (*column != NULL)
        return ERR_NONE;
    if (roster->columns == ROSTER_COLUMNS_MAX)
        return fail(why, ERR_LIMIT, "more than %d weights and groups",
                    ROSTER_COLUMNS_MAX);
    *column = arena_new(roster->arena, 1, sizeof **column);
    (*column)->cell =
        arena_new(roster->arena, roster->room, sizeof(struct cell));
    (*column)->name = arena_text(roster->arena, name, strlen(name));
    (*column)->is_group = is_group;
    roster->column[roster->columns++] = *column;
    return ERR_NONE;
}

/* 23.0 is 23: the scale of a column is what its figures need. */
static void put_number(struct cell *cell, __int128 units, int places)
{
    while (places > 0 && units % 10 == 0) {
        units /= 10;
        places--;
    }
    cell->kind = CELL_NUMBER;
    cell->units = units;
    cell->places = places;
}

enum err roster_set_weight(struct roster *roster, const char *weight,
                           size_t member, const char *decimal, struct why *why)
{
    struct column *column;
    __int128 units;
    int places;

    assert(member < roster->members);
    TRY(decimal_parse(slice_of(decimal), &units, &places, why));
    TRY(make_column(roster, weight, false, &column, why));
    put_number(&column->cell[member], units, places);
    return ERR_NONE;
}

enum err roster_set_group(struct roster *roster, const char *group,
                          const struct member_set *set, struct why *why)
{
    struct column *column;

    TRY(make_column(roster, group, true, &column, why));
    for (size_t i = 0; i < roster->members; i++)
        put_number(&column->cell[i], set_has(set, i), 0);
    return ERR_NONE;
}

/* The member that was added last gets the cells that `member` of `from` has. */
static void copy_cells(struct roster *roster, const struct roster *from,
                       size_t member, struct column *const *column)
{
    for (size_t i = 0; i < from->columns; i++) {
        struct cell *cell = &column[i]->cell[roster->members - 1];

        *cell = from->column[i]->cell[member];
        if (cell->text != NULL)
            cell->text =
                arena_text(roster->arena, cell->text, strlen(cell->text));
    }
}

enum err roster_add_from(struct roster *roster, const struct roster *from,
                         const struct member_set *which, struct why *why)
{
    struct column *column[ROSTER_COLUMNS_MAX];

    for (size_t i = 0; i < from->columns; i++)
        TRY(make_column(roster, from->column[i]->name,
                        from->column[i]->is_group, &column[i], why));
    for (size_t m = 0; m < from->members; m++) {
        if (which != NULL && !set_has(which, m))
            continue;
        TRY(roster_add(roster, from->code[m], why));
        copy_cells(roster, from, m, column);
    }
    return ERR_NONE;
}

/* Fail at a member's cell, naming file and line when there are. */
static enum err fail_cell(const struct roster *roster,
                          const struct column *column, size_t member,
                          const char *expected, struct why *why)
{
    const struct cell *cell = &column->cell[member];
    char place[300] = "";
    struct why here;

    if (roster->source != NULL) {
        fail(&here, ERR_INPUT, "%.200s:%zu: ", roster->source,
             roster->line[member]);
        memcpy(place, here.text, strnlen(here.text, sizeof place - 1));
    }
    if (cell->kind == CELL_EMPTY)
        return fail(why, ERR_INPUT, "%s%.64s: %s has none: %s was expected",
                    place, column->name, roster->code[member], expected);
    if (cell->kind == CELL_LARGE)
        return fail(why, ERR_LIMIT,
                    "%s%.64s: '%s' of %s is too large: below 10^18 was "
                    "expected",
                    place, column->name, cell->text, roster->code[member]);
    if (cell->kind == CELL_OTHER)
        return fail(why, ERR_INPUT,
                    "%s%.64s: '%s' of %s is no such thing: %s was expected",
                    place, column->name, cell->text, roster->code[member],
                    expected);
    return fail(why, ERR_INPUT, "%s%.64s: %s is neither: %s was expected",
                place, column->name, roster->code[member], expected);
}

static enum err fail_absent(const struct roster *roster, const char *what,
                            const char *name, struct why *why)
{
    struct buf known = {0};

    for (size_t i = 0; i < roster->columns && known.len < 200; i++)
        buf_addf(&known, "%s%s", i > 0 ? ", " : "", roster->column[i]->name);
    fail(why, ERR_ABSENT, "no %s '%.64s' among the members' columns (%s)", what,
         name, known.len > 0 ? buf_text(&known) : "there are none");
    buf_clear(&known);
    return ERR_ABSENT;
}

static const char weight_expected[] =
    "a number of 0 or more with at most nine places";

enum err roster_weight(const struct roster *roster, const char *weight,
                       __int128 *units, int *places, struct why *why)
{
    static const int64_t power[DECIMAL_PLACES_MAX + 1] = {
        1,      10,      100,      1000,      10000,
        100000, 1000000, 10000000, 100000000, 1000000000};
    const struct column *column;

    *places = 0;
    if (strcmp(weight, "1") == 0) {
        for (size_t i = 0; i < roster->members; i++)
            units[i] = 1;
        return ERR_NONE;
    }
    column = find_column(roster, weight);
    if (column == NULL)
        return fail_absent(roster, "weight", weight, why);
    for (size_t i = 0; i < roster->members; i++) {
        const struct cell *cell = &column->cell[i];

        if (cell->kind == CELL_EMPTY && column->is_group)
            continue;
        if (cell->kind != CELL_NUMBER)
            return fail_cell(roster, column, i, weight_expected, why);
        if (cell->places > *places)
            *places = cell->places;
    }
    for (size_t i = 0; i < roster->members; i++) {
        const struct cell *cell = &column->cell[i];

        units[i] = cell->units * power[*places - cell->places];
    }
    return ERR_NONE;
}

enum err roster_group(const struct roster *roster, const char *group,
                      struct member_set *set, struct why *why)
{
    const struct column *column = find_column(roster, group);

    memset(set, 0, sizeof *set);
    if (column == NULL)
        return fail_absent(roster, "group", group, why);
    for (size_t i = 0; i < roster->members; i++) {
        const struct cell *cell = &column->cell[i];

        if (cell->kind == CELL_EMPTY && column->is_group)
            continue;
        if (cell->kind != CELL_NUMBER || cell->places > 0 || cell->units > 1)
            return fail_cell(roster, column, i,
                             "0 or 1 (outside or in the group)", why);
        set_put(set, i, cell->units == 1);
    }
    return ERR_NONE;
}

/* --- from CSV ----------------------------------------------------------- */

static void read_cell(struct roster *roster, struct slice text,
                      struct cell *cell)
{
    enum { SHOWN_MAX = 40 };
    __int128 units;
    int places;
    enum err err;

    if (text.len == 0)
        return;
    err = decimal_parse(text, &units, &places, NULL);
    if (err == ERR_NONE) {
        put_number(cell, units, places);
        return;
    }
    cell->kind = err == ERR_LIMIT ? CELL_LARGE : CELL_OTHER;
    cell->text = arena_text(roster->arena, text.at,
                            text.len < SHOWN_MAX ? text.len : SHOWN_MAX);
}

static enum err read_members(struct roster *roster, const char *name,
                             struct csv *csv, struct why *why)
{
    size_t code = csv_find(csv, "code");
    struct column *column[CSV_COLUMNS_MAX] = {0};
    bool more;

    roster->source = arena_text(roster->arena, name, strlen(name));
    if (code == SIZE_MAX)
        return csv_fail(csv, SIZE_MAX, why, ERR_INPUT,
                        "a column 'code' was expected");
    for (size_t i = 0; i < csv_columns(csv); i++)
        if (i != code)
            TRY(make_column(roster, csv_column(csv, i), false, &column[i],
                            why));
    for (;;) {
        TRY(csv_next(csv, &more, why));
        if (!more)
            break;
        struct why reason = {0};
        enum err err = roster_add(roster, csv_field(csv, code).at, &reason);
        if (err != ERR_NONE)
            return csv_fail(csv, code, why, err, "%s", reason.text);
        size_t member = roster->members - 1;
        roster->line[member] = csv_line(csv);
        for (size_t i = 0; i < csv_columns(csv); i++)
            if (column[i] != NULL) /* not the code's */
                read_cell(roster, csv_field(csv, i), &column[i]->cell[member]);
    }
    if (roster->members == 0)
        return csv_fail(csv, SIZE_MAX, why, ERR_INPUT,
                        "at least one member was expected");
    return ERR_NONE;
}

static enum err roster_take(struct csv *csv, const char *name,
                            struct roster **roster, struct why *why)
{
    struct roster *read = roster_open();
    enum err err = read_members(read, name, csv, why);

    csv_close(csv);
    if (err != ERR_NONE)
        roster_close(read);
    else
        *roster = read;
    return err;
}

enum err roster_parse(const char *name, const char *text, size_t len,
                      struct roster **roster, struct why *why)
{
    struct csv *csv;

    TRY(csv_open(name, text, len, &csv, why));
    return roster_take(csv, name, roster, why);
}

enum err roster_read(const char *path, struct roster **roster, struct why *why)
{
    struct csv *csv;

    TRY(csv_open_file(path, &csv, why));
    return roster_take(csv, path, roster, why);
}

static enum err read_vote(const struct csv *csv, size_t code, size_t said,
                          const struct roster *roster, struct member_set *seen,
                          enum position *position, struct why *why)
{
    struct slice who = csv_field(csv, code);
    struct slice word = csv_field(csv, said);
    size_t member = roster_find(roster, who);

    if (member == SIZE_MAX)
        return csv_fail(csv, code, why, ERR_INPUT,
                        "'%.70s' is no member: a code of the members' list was "
                        "expected",
                        who.at);
    if (set_has(seen, member))
        return csv_fail(csv, code, why, ERR_INPUT,
                        "%s votes a second time: one position for each member "
                        "was expected",
                        roster_code(roster, member));
    if (!position_parse(word, &position[member]))
        return csv_fail(csv, said, why, ERR_INPUT,
                        "'%.40s' is no position: one of %s was expected",
                        word.at, position_words());
    set_put(seen, member, true);
    return ERR_NONE;
}

static enum err votes_take(struct csv *csv, const struct roster *roster,
                           enum position *position, struct why *why)
{
    size_t code = csv_find(csv, "code");
    size_t said = csv_find(csv, "position");
    struct member_set seen = {0};
    enum err err = ERR_NONE;

    for (size_t i = 0; i < roster_count(roster); i++)
        position[i] = POSITION_SILENT;
    if (code == SIZE_MAX || said == SIZE_MAX)
        err = csv_fail(csv, SIZE_MAX, why, ERR_INPUT,
                       "columns 'code' and 'position' were expected");
    for (bool more = true; err == ERR_NONE && more;) {
        err = csv_next(csv, &more, why);
        if (err == ERR_NONE && more)
            err = read_vote(csv, code, said, roster, &seen, position, why);
    }
    csv_close(csv);
    return err;
}

enum err votes_parse(const char *name, const char *text, size_t len,
                     const struct roster *roster, enum position *position,
                     struct why *why)
{
    struct csv *csv;

    TRY(csv_open(name, text, len, &csv, why));
    return votes_take(csv, roster, position, why);
}

enum err votes_read(const char *path, const struct roster *roster,
                    enum position *position, struct why *why)
{
    struct csv *csv;

    TRY(csv_open_file(path, &csv, why));
    return votes_take(csv, roster, position, why);
}
