#include "rule/search_system.h"

#include <stdlib.h>
#include <string.h>

enum {
    WIDTH_MAX = TERM_FORMS_MAX + 24, /* forms and sums of forms */
    PAIRS_FORMS_MAX = 6,             /* sums of two are tried up to here */
    TABLE_CELLS_MAX = 4 << 20,       /* of 16 bytes */
    MEMO_AFTER = 2000,               /* steps */
    MEMO_SLOTS = 1 << 13,
};

/* A candidate with the options worth having. */
struct item {
    size_t candidate;
    size_t options;
    size_t choice[SEARCH_OPTIONS_MAX + 1]; /* as search_any reports it */
    __int128 *move;                        /* [options * stride] */
    size_t cells;                          /* options * stride */
    uint64_t relief;                       /* what it brings, for the order */
    bool same; /* has the options of the item before */
};

struct system {
    struct arena *arena;
    size_t candidates;
    bool any;
    size_t forms;  /* of the term */
    size_t width;  /* forms, then sums of forms */
    size_t stride; /* room for so many */
    __int128 value[WIDTH_MAX];
    size_t items;
    struct item *item;
    size_t *settled; /* [candidates] choice of those who are no items */
    size_t rounds;   /* most items of which `reach` is known */
    __int128 *reach; /* [(items + 1) * (rounds + 1) * width] */
    __int128 *least; /* [(items + 1) * forms] */
    size_t *chosen;  /* [items] option + 1, or 0 */
    uint64_t spent;
    uint64_t budget;
    struct memo *memo;    /* states from which nothing was found */
    __int128 *memo_value; /* [MEMO_SLOTS * forms] */
};

struct memo {
    bool used;
    uint32_t item;
    uint32_t left;
};

static __int128 *move_of(const struct system *system, const struct item *item,
                         size_t option)
{
    return &item->move[option * system->stride];
}

static __int128 absolute(__int128 value)
{
    return value < 0 ? -value : value;
}

/* --- reduction ---------------------------------------------------------- */

/* Is b nowhere better than a? */
static bool is_covered(const __int128 *a, const __int128 *b, size_t forms)
{
    for (size_t f = 0; f < forms; f++)
        if (b[f] > a[f])
            return false;
    return true;
}

/* Drop options that another is nowhere worse than; of equals, keep the
 * first. */
static void drop_covered(const struct system *system, struct item *item)
{
    size_t kept = 0;
    bool drop[SEARCH_OPTIONS_MAX + 1] = {false};

    for (size_t i = 0; i < item->options; i++)
        for (size_t j = 0; j < item->options && !drop[i]; j++)
            drop[i] = j != i && !drop[j] &&
                      is_covered(move_of(system, item, j),
                                 move_of(system, item, i), system->forms);
    for (size_t i = 0; i < item->options; i++)
        if (!drop[i]) {
            memmove(move_of(system, item, kept), move_of(system, item, i),
                    system->stride * sizeof(__int128));
            item->choice[kept++] = item->choice[i];
        }
    item->options = kept;
}

/* Read one candidate; the base comes first among its options, at no move. */
static void read_item(const struct system *system, const struct search *search,
                      const size_t *form, size_t candidate, struct item *item)
{
    const struct search_candidate *from = &search->candidate[candidate];

    memset(item, 0, sizeof *item);
    item->candidate = candidate;
    item->options = from->options + 1;
    item->move = arena_new(system->arena, item->options * system->stride,
                           sizeof(__int128));
    for (size_t o = 1; o <= from->options; o++) {
        item->choice[o] = o;
        for (size_t f = 0; f < system->forms; f++)
            move_of(system, item, o)[f] =
                from->move[(o - 1) * search->forms + form[f]];
    }
    drop_covered(system, item);
}

/* Leaving costs nothing: the first option may as well be the base. */
static void rebase(struct system *system, struct item *item)
{
    __int128 *first = move_of(system, item, 0);

    system->settled[item->candidate] = item->choice[0];
    for (size_t f = 0; f < system->forms; f++)
        system->value[f] += first[f];
    for (size_t o = 1; o < item->options; o++)
        for (size_t f = 0; f < system->forms; f++)
            move_of(system, item, o)[f] -= first[f];
}

/* The base is option 0 of every item until here; from here on it is implied.
 * Where leaving costs, a base that another option covers must stay. */
static void imply_base(struct system *system, struct item *item)
{
    size_t drop = 0;

    if (system->any)
        rebase(system, item);
    if (system->any || (item->options > 0 && item->choice[0] == 0))
        drop = 1;
    item->options -= drop;
    item->move += drop * system->stride;
    item->cells = item->options * system->stride;
    memmove(item->choice, item->choice + drop,
            item->options * sizeof *item->choice);
}

/* What even the most or least of a form can be bears on how it is scaled. */
static __int128 range_of(const struct system *system, size_t form)
{
    __int128 range = 1;

    for (size_t i = 0; i < system->items; i++) {
        __int128 most = 0;

        for (size_t o = 0; o < system->item[i].options; o++) {
            __int128 move =
                absolute(move_of(system, &system->item[i], o)[form]);

            most = move > most ? move : most;
        }
        range += most;
    }
    return range;
}

/* What is beyond the gap brings nothing, where nobody can widen the gap. */
static void clip(struct system *system, size_t form)
{
    __int128 gap = system->value[form] < 0 ? -system->value[form] : 0;

    for (size_t i = 0; i < system->items; i++)
        for (size_t o = 0; o < system->item[i].options; o++)
            if (move_of(system, &system->item[i], o)[form] < 0)
                return;
    for (size_t i = 0; i < system->items; i++)
        for (size_t o = 0; o < system->item[i].options; o++) {
            __int128 *move = &move_of(system, &system->item[i], o)[form];

            *move = *move > gap ? gap : *move;
        }
    if (gap == 0)
        system->value[form] = 0;
}

/* --- sums of forms ------------------------------------------------------ */

static int bits_of(__int128 value)
{
    int bits = 0;

    for (value = absolute(value); value != 0; value >>= 1)
        bits++;
    return bits;
}

/* If all forms are >= 0, so is any sum of them with factors >= 0. It sees what
 * no form sees alone: that one item cannot serve two of them. */
static void add_sum(struct system *system, const size_t *form, size_t count)
{
    enum { PRECISION = 10, BITS_MAX = 118 };
    __int128 scale[TERM_FORMS_MAX], factor[TERM_FORMS_MAX], most = 1;
    size_t to = system->width;

    for (size_t k = 0; k < count; k++) {
        __int128 value = system->value[form[k]];

        scale[k] =
            system->any || value >= 0 ? range_of(system, form[k]) : -value;
        most = scale[k] > most ? scale[k] : most;
    }
    for (size_t k = 0; k < count; k++) {
        __int128 reach =
            absolute(system->value[form[k]]) + range_of(system, form[k]);

        if (bits_of(most) + PRECISION > BITS_MAX)
            return;
        factor[k] = (most << PRECISION) / scale[k];
        if (bits_of(factor[k]) + bits_of(reach) + 7 > BITS_MAX)
            return;
    }
    system->value[to] = 0;
    for (size_t k = 0; k < count; k++)
        system->value[to] += factor[k] * system->value[form[k]];
    for (size_t i = 0; i < system->items; i++)
        for (size_t o = 0; o < system->item[i].options; o++) {
            __int128 *move = move_of(system, &system->item[i], o);

            move[to] = 0;
            for (size_t k = 0; k < count; k++)
                move[to] += factor[k] * move[form[k]];
        }
    system->width++;
}

static size_t sums_of(size_t forms)
{
    size_t pairs = forms <= PAIRS_FORMS_MAX ? forms * (forms - 1) / 2 : 0;

    return forms < 2 ? 0 : forms == 2 ? 1 : pairs + 1;
}

static void add_sums(struct system *system)
{
    size_t all[TERM_FORMS_MAX];

    for (size_t f = 0; f < system->forms; f++)
        all[f] = f;
    if (system->forms < 2)
        return;
    add_sum(system, all, system->forms);
    if (system->forms == 2 || system->forms > PAIRS_FORMS_MAX)
        return;
    for (size_t a = 0; a < system->forms; a++)
        for (size_t b = a + 1; b < system->forms; b++)
            add_sum(system, (size_t[]){a, b}, 2);
}

/* --- order -------------------------------------------------------------- */

/* amount / whole in units of 2^-20, at most one whole. */
static uint64_t share_of(__int128 amount, __int128 whole)
{
    enum { UNIT_BITS = 20, SAFE_BITS = 100 };

    if (amount >= whole)
        return 1 << UNIT_BITS;
    while (bits_of(whole) > SAFE_BITS) {
        amount >>= 1;
        whole >>= 1;
    }
    return (uint64_t)((amount << UNIT_BITS) / whole);
}

/* How much of what is missing a move brings, added over the forms. */
static uint64_t relief_of(const struct system *system, const __int128 *move,
                          const __int128 *range)
{
    uint64_t relief = 0;

    for (size_t f = 0; f < system->forms; f++)
        if (system->any)
            relief += share_of(absolute(move[f]), range[f]);
        else if (system->value[f] < 0 && move[f] > 0)
            relief += share_of(move[f], -system->value[f]);
    return relief;
}

static int most_relief_first(const void *a, const void *b)
{
    const struct item *left = a, *right = b;

    if (left->relief != right->relief)
        return left->relief < right->relief ? 1 : -1;
    for (size_t i = 0; i < left->cells && i < right->cells; i++)
        if (left->move[i] != right->move[i])
            return left->move[i] < right->move[i] ? 1 : -1;
    return (left->candidate > right->candidate) -
           (left->candidate < right->candidate);
}

static bool is_same(const struct item *a, const struct item *b)
{
    return a->cells == b->cells &&
           memcmp(a->move, b->move, a->cells * sizeof(__int128)) == 0;
}

static void order_items(struct system *system)
{
    __int128 range[TERM_FORMS_MAX];

    for (size_t f = 0; f < system->forms; f++)
        range[f] = range_of(system, f);
    for (size_t i = 0; i < system->items; i++) {
        struct item *item = &system->item[i];

        for (size_t o = 0; o < item->options; o++) {
            uint64_t relief =
                relief_of(system, move_of(system, item, o), range);

            item->relief = relief > item->relief ? relief : item->relief;
        }
    }
    qsort(system->item, system->items, sizeof *system->item, most_relief_first);
    for (size_t i = 1; i < system->items; i++)
        system->item[i].same = is_same(&system->item[i - 1], &system->item[i]);
}

struct system *system_make(const struct search *search, uint64_t term,
                           const struct term_list *terms, bool any,
                           struct arena *arena)
{
    struct system *system = arena_new(arena, 1, sizeof *system);
    size_t form[TERM_FORMS_MAX] = {0};

    system->arena = arena;
    system->any = any;
    system->candidates = search->candidates;
    for (size_t b = 0; b < terms->forms; b++)
        if (term >> b & 1) {
            form[system->forms] = terms->form[b];
            system->value[system->forms++] = search->base[terms->form[b]];
        }
    system->width = system->forms;
    system->stride = system->forms + sums_of(system->forms);
    system->settled = arena_new(arena, search->candidates + 1, sizeof(size_t));
    system->item =
        arena_new(arena, search->candidates + 1, sizeof *system->item);
    for (size_t c = 0; c < search->candidates; c++) {
        struct item *item = &system->item[system->items];

        read_item(system, search, form, c, item);
        imply_base(system, item);
        system->items += item->options > 0;
    }
    for (size_t f = 0; f < system->forms; f++)
        clip(system, f);
    order_items(system);
    add_sums(system);
    return system;
}

/* --- what the items from here on can bring at best ---------------------- */

static __int128 best_move(const struct system *system, size_t i, size_t column)
{
    const struct item *item = &system->item[i];
    __int128 best = 0;

    for (size_t o = 0; o < item->options; o++) {
        __int128 move = move_of(system, item, o)[column];

        best = move > best ? move : best;
    }
    return best;
}

static __int128 *reach_at(const struct system *system, size_t item, size_t left)
{
    return &system->reach[(item * (system->rounds + 1) + left) * system->width];
}

/* Insert into the `count` greatest, which are in falling order. */
static void insert_greatest(__int128 *greatest, size_t count, __int128 value)
{
    for (size_t i = 0; i < count && value > 0; i++)
        if (value > greatest[i]) {
            __int128 moved = greatest[i];

            greatest[i] = value;
            value = moved;
        }
}

/*
 * reach[i][r][w]: the most that r of the items from i on can add to column w
 * (where leaving costs nothing: all of them, at r = 0). False when that would
 * take too much memory.
 */
static bool tabulate(struct system *system, size_t rounds)
{
    size_t rows = system->items + 1;
    __int128 *greatest = arena_new(system->arena, rounds + 1, sizeof *greatest);

    if (rows * (rounds + 1) * system->width > TABLE_CELLS_MAX)
        return false;
    system->rounds = rounds;
    system->reach = arena_new(
        system->arena, rows * (rounds + 1) * system->width, sizeof(__int128));
    for (size_t w = 0; w < system->width; w++) {
        memset(greatest, 0, (rounds + 1) * sizeof *greatest);
        for (size_t i = system->items; i-- > 0;) {
            __int128 best = best_move(system, i, w), sum = 0;

            if (system->any) {
                reach_at(system, i, 0)[w] =
                    reach_at(system, i + 1, 0)[w] + best;
                continue;
            }
            insert_greatest(greatest, rounds, best);
            for (size_t r = 1; r <= rounds; r++) {
                sum += greatest[r - 1];
                reach_at(system, i, r)[w] = sum;
            }
        }
    }
    return true;
}

/* least[i][f]: the most that the items from i on can take from form f. */
static void tabulate_least(struct system *system)
{
    system->least =
        arena_new(system->arena, (system->items + 1) * system->forms + 1,
                  sizeof(__int128));
    for (size_t i = system->items; i-- > 0;)
        for (size_t f = 0; f < system->forms; f++) {
            __int128 least = 0;

            for (size_t o = 0; o < system->item[i].options; o++) {
                __int128 move = move_of(system, &system->item[i], o)[f];

                least = move < least ? move : least;
            }
            system->least[i * system->forms + f] =
                system->least[(i + 1) * system->forms + f] + least;
        }
}

/* --- states from which nothing was found -------------------------------- */

/* The state as far as it matters: a form that can fail no more is just that. */
static __int128 state_of(const struct system *system, size_t item, size_t form)
{
    __int128 value = system->value[form];

    return value + system->least[item * system->forms + form] >= 0 ? 0 : value;
}

static size_t slot_of(const struct system *system, size_t item, size_t left)
{
    uint64_t hash = item * 0x9e3779b97f4a7c15u + left;

    for (size_t f = 0; f < system->forms; f++) {
        __int128 state = state_of(system, item, f);

        hash = (hash ^ (uint64_t)state ^ (uint64_t)(state >> 64)) *
               0xd6e8feb86659fd93u;
        hash ^= hash >> 32;
    }
    return hash % MEMO_SLOTS;
}

static bool is_hopeless(const struct system *system, size_t item, size_t left)
{
    size_t slot;

    if (system->memo == NULL)
        return false;
    slot = slot_of(system, item, left);
    if (!system->memo[slot].used || system->memo[slot].item != item ||
        system->memo[slot].left != left)
        return false;
    for (size_t f = 0; f < system->forms; f++)
        if (system->memo_value[slot * system->forms + f] !=
            state_of(system, item, f))
            return false;
    return true;
}

static void remember(struct system *system, size_t item, size_t left)
{
    size_t slot;

    if (system->memo == NULL)
        return;
    slot = slot_of(system, item, left);
    system->memo[slot] = (struct memo){true, (uint32_t)item, (uint32_t)left};
    for (size_t f = 0; f < system->forms; f++)
        system->memo_value[slot * system->forms + f] =
            state_of(system, item, f);
}

static void start_memo(struct system *system)
{
    system->memo = arena_new(system->arena, MEMO_SLOTS, sizeof *system->memo);
    system->memo_value =
        arena_new(system->arena, MEMO_SLOTS * system->forms, sizeof(__int128));
}

/* --- the search --------------------------------------------------------- */

static bool all_hold(const struct system *system)
{
    for (size_t f = 0; f < system->forms; f++)
        if (system->value[f] < 0)
            return false;
    return true;
}

static bool in_reach(const struct system *system, size_t item, size_t left)
{
    const __int128 *reach = reach_at(system, item, left);

    for (size_t w = 0; w < system->width; w++)
        if (system->value[w] + reach[w] < 0)
            return false;
    return true;
}

static void shift(struct system *system, size_t item, size_t option, int sign)
{
    const __int128 *move = move_of(system, &system->item[item], option);

    for (size_t w = 0; w < system->width; w++)
        system->value[w] += sign * move[w];
}

/*
 * Choose for the items from `item` on, at most `left` of them away from their
 * base. Of equal items, the earlier takes the earlier option: `first` is the
 * first that this one may take.
 */
static enum search_answer choose(struct system *system, size_t item,
                                 size_t left, size_t first)
{
    enum search_answer answer = SEARCH_NONE;
    size_t options, next;

    if (all_hold(system)) {
        for (size_t i = item; i < system->items; i++)
            system->chosen[i] = 0;
        return SEARCH_FOUND;
    }
    if (item == system->items || (left == 0 && !system->any) ||
        !in_reach(system, item, left))
        return SEARCH_NONE;
    if (++system->spent > system->budget)
        return SEARCH_UNDECIDED;
    if (system->spent == MEMO_AFTER)
        start_memo(system);
    if (first == 0 && is_hopeless(system, item, left))
        return SEARCH_NONE;
    options = system->item[item].options;
    next = item + 1;
    for (size_t o = first; o <= options && answer == SEARCH_NONE; o++) {
        bool moves = o < options;
        bool same = next < system->items && system->item[next].same;

        system->chosen[item] = moves ? o + 1 : 0;
        if (moves)
            shift(system, item, o, 1);
        answer =
            choose(system, next, left - (moves && !system->any), same ? o : 0);
        if (moves)
            shift(system, item, o, -1);
    }
    if (answer == SEARCH_NONE && first == 0)
        remember(system, item, left);
    return answer;
}

static void report(const struct system *system, size_t *choice)
{
    memcpy(choice, system->settled, system->candidates * sizeof *choice);
    for (size_t i = 0; i < system->items; i++)
        if (system->chosen[i] > 0)
            choice[system->item[i].candidate] =
                system->item[i].choice[system->chosen[i] - 1];
}

static void start_search(struct system *system, const struct search *search)
{
    system->chosen =
        arena_new(system->arena, system->items + 1, sizeof *system->chosen);
    system->budget = search->steps;
    tabulate_least(system);
}

static void spend(const struct system *system, struct search *search)
{
    uint64_t spent = system->spent + system->items + 1;

    search->steps = spent < search->steps ? search->steps - spent : 0;
}

enum search_answer system_any(struct system *system, struct search *search,
                              size_t *choice)
{
    enum search_answer answer = SEARCH_UNDECIDED;

    start_search(system, search);
    if (search->steps > 0 && tabulate(system, 0))
        answer = choose(system, 0, 0, 0);
    if (answer == SEARCH_FOUND)
        report(system, choice);
    spend(system, search);
    return answer;
}

/* --- the fewest --------------------------------------------------------- */

/* Take items in their order until all forms hold, then give back, from the
 * last, those that are not needed. SIZE_MAX when that does not do it. */
static size_t take_greedily(struct system *system)
{
    size_t taken = 0, i;

    for (i = 0; i < system->items && !all_hold(system); i++) {
        shift(system, i, 0, 1);
        system->chosen[i] = 1;
        taken++;
    }
    bool found = all_hold(system);
    for (size_t back = i; back-- > 0;) {
        shift(system, back, 0, -1);
        if (found && !all_hold(system)) {
            shift(system, back, 0, 1);
            continue;
        }
        system->chosen[back] = 0;
        taken--;
    }
    for (size_t back = i; back-- > 0;)
        if (system->chosen[back] > 0)
            shift(system, back, 0, -1);
    return found ? taken : SIZE_MAX;
}

static int greatest_first(const void *a, const void *b)
{
    __int128 left = *(const __int128 *)a, right = *(const __int128 *)b;

    return (left < right) - (left > right);
}

/* No fewer items can do: the greatest of each column together. SIZE_MAX when
 * not even all can. */
static size_t at_least(struct system *system)
{
    __int128 *best = arena_new(system->arena, system->items + 1, sizeof *best);
    size_t least = 0;

    for (size_t w = 0; w < system->width; w++) {
        __int128 value = system->value[w];
        size_t count = 0;

        for (size_t i = 0; i < system->items; i++)
            best[i] = best_move(system, i, w);
        qsort(best, system->items, sizeof *best, greatest_first);
        while (value < 0 && count < system->items)
            value += best[count++];
        if (value < 0)
            return SIZE_MAX;
        least = count > least ? count : least;
    }
    return least;
}

bool system_fewest(struct system *system, struct search *search, size_t *choice,
                   size_t *best)
{
    enum search_answer answer = SEARCH_NONE;
    size_t least = at_least(system), greedy, most;

    if (least >= *best)
        return true;
    start_search(system, search);
    greedy = take_greedily(system);
    if (greedy < *best) {
        report(system, choice);
        *best = greedy;
    }
    most = *best < system->items + 1 ? *best : system->items + 1;
    if (least < most && !tabulate(system, most - 1))
        answer = SEARCH_UNDECIDED;
    for (size_t k = least; k < most && answer == SEARCH_NONE; k++) {
        answer = choose(system, 0, k, 0);
        if (answer == SEARCH_FOUND) {
            report(system, choice);
            *best = k;
        }
    }
    spend(system, search);
    return answer != SEARCH_UNDECIDED;
}
