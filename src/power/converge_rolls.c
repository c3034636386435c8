#include "power/converge_rolls.h"

#include "base/mem.h"
#include "power/converge_names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct member {
    /* [words] `recorded` has a bit for whoever has a row, position or none. */
    struct member_bits {
        struct roll_bits bits;
        uint64_t recorded;
    } * word;
    size_t words; /* that have memory */
};

struct roll {
    struct roll_tally tally;
    struct roll_text period;
};

struct rolls {
    bool closed; /* no other members than those of a roster */
    struct roll_names *codes;
    struct member *member; /* [codes] as they came */
    size_t members_cap;
    size_t *sorted; /* [codes] members by code; NULL: not yet */
    struct roll_names *names;
    struct roll *roll; /* [names] */
    size_t rolls_cap;
};

struct rolls *rolls_open(const struct roster *roster)
{
    struct rolls *rolls = mem_new(1, sizeof *rolls);

    rolls->codes = roll_names_open();
    rolls->names = roll_names_open();
    rolls->closed = roster != NULL;
    rolls->members_cap = rolls->closed ? roster_count(roster) + 1 : 64;
    rolls->member = mem_new(rolls->members_cap, sizeof *rolls->member);
    for (size_t i = 0; rolls->closed && i < roster_count(roster); i++)
        roll_names_add(rolls->codes, slice_of(roster_code(roster, i)));
    return rolls;
}

void rolls_close(struct rolls *rolls)
{
    if (rolls == NULL)
        return;
    for (size_t i = 0; i < roll_names_count(rolls->codes); i++)
        mem_free(rolls->member[i].word);
    roll_names_close(rolls->codes);
    roll_names_close(rolls->names);
    mem_free(rolls->member);
    mem_free(rolls->roll);
    mem_free(rolls->sorted);
    mem_free(rolls);
}

/*
 * Adding.
 */

static bool is_line(struct slice text)
{
    return text.len <= ROLL_NAME_MAX && text_is_utf8(text.at, text.len) &&
           !text_has_control(text.at, text.len) &&
           (text.len == 0 || memchr(text.at, '\n', text.len) == NULL);
}

static int shown(struct slice text)
{
    return text.len < 40 ? (int)text.len : 40;
}

static enum err find_code(struct rolls *rolls, struct slice code,
                          size_t *member, struct why *why)
{
    *member = roll_names_find(rolls->codes, code);
    if (*member != SIZE_MAX)
        return ERR_NONE;
    if (!text_is_name(code))
        return fail(why, ERR_INPUT,
                    "'%.*s' is no code; expected letters, digits, '_', '.' "
                    "and '-'",
                    shown(code), code.at);
    if (rolls->closed)
        return fail(why, ERR_INPUT, "%.*s is not among the members",
                    shown(code), code.at);
    if (roll_names_count(rolls->codes) == ROSTER_MEMBERS_MAX)
        return fail(why, ERR_LIMIT, "more than %d members", ROSTER_MEMBERS_MAX);
    *member = roll_names_add(rolls->codes, code);
    if (*member == rolls->members_cap) {
        rolls->members_cap *= 2;
        rolls->member = mem_resize(rolls->member, rolls->members_cap,
                                   sizeof *rolls->member);
    }
    memset(&rolls->member[*member], 0, sizeof *rolls->member);
    mem_free(rolls->sorted);
    rolls->sorted = NULL;
    return ERR_NONE;
}

static enum err find_roll(struct rolls *rolls, const struct roll_vote *vote,
                          size_t *roll, enum roll_field *field, struct why *why)
{
    *roll = roll_names_find(rolls->names, vote->roll);
    if (*roll != SIZE_MAX) {
        struct roll_text period = rolls->roll[*roll].period;

        *field = ROLL_FIELD_PERIOD;
        if (period.len == vote->period.len &&
            (period.len == 0 ||
             memcmp(period.text, vote->period.at, period.len) == 0))
            return ERR_NONE;
        return fail(why, ERR_INPUT,
                    "roll %.*s is in period '%s' and in another",
                    shown(vote->roll), vote->roll.at, period.text);
    }
    *field = ROLL_FIELD_ROLL;
    if (vote->roll.len == 0 || !is_line(vote->roll))
        return fail(why, ERR_INPUT,
                    "expected the name of a roll: 1 to %d bytes on a line",
                    ROLL_NAME_MAX);
    if (roll_names_count(rolls->names) == ROLLS_MAX)
        return fail(why, ERR_LIMIT, "more than %d rolls", ROLLS_MAX);
    *field = ROLL_FIELD_PERIOD;
    if (!is_line(vote->period))
        return fail(why, ERR_INPUT,
                    "expected the name of a period: at most %d bytes on a line",
                    ROLL_NAME_MAX);
    *roll = roll_names_add(rolls->names, vote->roll);
    if (*roll >= rolls->rolls_cap) {
        rolls->rolls_cap = rolls->rolls_cap ? rolls->rolls_cap * 2 : 1024;
        rolls->roll =
            mem_resize(rolls->roll, rolls->rolls_cap, sizeof *rolls->roll);
    }
    rolls->roll[*roll] =
        (struct roll){.period = roll_names_keep(rolls->names, vote->period)};
    return ERR_NONE;
}

/* By far the most frequent words first. */
static bool parse_position(struct slice word, enum position *position)
{
    if (word.len == 3 && memcmp(word.at, "yes", 3) == 0)
        *position = POSITION_YES;
    else if (word.len == 2 && memcmp(word.at, "no", 2) == 0)
        *position = POSITION_NO;
    else if (word.len == 7 && memcmp(word.at, "abstain", 7) == 0)
        *position = POSITION_ABSTAIN;
    else
        return position_parse(word, position);
    return true;
}

static void need_words(struct member *member, size_t words)
{
    size_t had = member->words;

    if (words <= had)
        return;
    member->words = words > 2 * had ? words : 2 * had;
    member->word =
        mem_resize(member->word, member->words, sizeof *member->word);
    memset(member->word + had, 0, (member->words - had) * sizeof *member->word);
}

/* What each position is in bits; by table, as branches on what people vote
 * cannot be foretold. */
static const struct {
    uint8_t took, yes, between, no, apart;
} side[] = {
    [POSITION_YES] = {1, 1, 0, 0, 0},
    [POSITION_NO] = {1, 0, 0, 1, 0},
    [POSITION_ABSTAIN] = {1, 0, 1, 0, 0},
    [POSITION_STAND_ASIDE] = {1, 0, 1, 0, 1},
    [POSITION_OBJECT] = {1, 0, 0, 1, 1},
    [POSITION_SUSPENDED] = {0, 0, 0, 0, 0}, /* and the others */
};

static void put(struct member_bits *word, size_t bit, struct roll *roll,
                enum position position)
{
    word->recorded |= (uint64_t)1 << bit;
    word->bits.took |= (uint64_t)side[position].took << bit;
    word->bits.yes |= (uint64_t)side[position].yes << bit;
    word->bits.no |= (uint64_t)side[position].no << bit;
    word->bits.apart |= (uint64_t)side[position].apart << bit;
    roll->tally.yes += side[position].yes;
    roll->tally.between += side[position].between;
    roll->tally.no += side[position].no;
}

enum err rolls_add(struct rolls *rolls, const struct roll_vote *vote,
                   enum roll_field *field, struct why *why)
{
    enum position position;
    size_t member, roll;

    *field = ROLL_FIELD_CODE;
    TRY(find_code(rolls, vote->code, &member, why));
    *field = ROLL_FIELD_POSITION;
    if (!parse_position(vote->position, &position))
        return fail(why, ERR_INPUT,
                    "'%.*s' is no position; expected %s (small letters)",
                    shown(vote->position), vote->position.at, position_words());
    TRY(find_roll(rolls, vote, &roll, field, why));
    need_words(&rolls->member[member], roll / 64 + 1);

    struct member_bits *word = &rolls->member[member].word[roll / 64];
    *field = ROLL_FIELD_CODE;
    if (word->recorded >> roll % 64 & 1)
        return fail(why, ERR_INPUT, "a second position of %.*s in roll %.*s",
                    shown(vote->code), vote->code.at, shown(vote->roll),
                    vote->roll.at);
    put(word, roll % 64, &rolls->roll[roll], position);
    return ERR_NONE;
}

/*
 * Asking.
 */

static int by_code(const void *a, const void *b, void *ctx)
{
    const struct roll_names *codes = ctx;

    return strcmp(roll_names_text(codes, *(const size_t *)a),
                  roll_names_text(codes, *(const size_t *)b));
}

static const size_t *sorted(struct rolls *rolls)
{
    size_t count = roll_names_count(rolls->codes);

    if (rolls->sorted == NULL) {
        rolls->sorted = mem_new(count + 1, sizeof *rolls->sorted);
        for (size_t i = 0; i < count; i++)
            rolls->sorted[i] = i;
        qsort_r(rolls->sorted, count, sizeof *rolls->sorted, by_code,
                rolls->codes);
    }
    return rolls->sorted;
}

size_t rolls_members(const struct rolls *rolls)
{
    return roll_names_count(rolls->codes);
}

const char *rolls_code(struct rolls *rolls, size_t member)
{
    return roll_names_text(rolls->codes, sorted(rolls)[member]);
}

size_t rolls_count(const struct rolls *rolls)
{
    return roll_names_count(rolls->names);
}

const char *roll_name(const struct rolls *rolls, size_t roll)
{
    return roll_names_text(rolls->names, roll);
}

const char *roll_period(const struct rolls *rolls, size_t roll)
{
    return rolls->roll[roll].period.text;
}

struct roll_tally roll_tally(const struct rolls *rolls, size_t roll)
{
    return rolls->roll[roll].tally;
}

size_t rolls_words(const struct rolls *rolls)
{
    return (rolls_count(rolls) + 63) / 64;
}

struct roll_bits rolls_bits(struct rolls *rolls, size_t member, size_t word)
{
    const struct member *of = &rolls->member[sorted(rolls)[member]];

    return word < of->words ? of->word[word].bits : (struct roll_bits){0};
}

/*
 * The order of names.
 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Runs of digits by value; both move on to what follows. */
static int compare_digits(const char **a, const char **b)
{
    size_t left = 0, right = 0;

    while (**a == '0')
        ++*a;
    while (**b == '0')
        ++*b;
    while (is_digit((*a)[left]))
        left++;
    while (is_digit((*b)[right]))
        right++;
    int order = left == right ? memcmp(*a, *b, left) : left < right ? -1 : 1;
    *a += left;
    *b += right;
    return order;
}

int roll_compare(const char *a, const char *b)
{
    const char *left = a, *right = b;
    int order = 0;

    while (*left && *right && order == 0) {
        if (is_digit(*left) && is_digit(*right))
            order = compare_digits(&left, &right);
        else
            order = (uint8_t)*left++ - (uint8_t)*right++;
    }
    if (order == 0)
        order = (*left != '\0') - (*right != '\0');
    return order ? order : strcmp(a, b);
}
