/*
 * converge_cluster.c - who goes with whom: average linkage, exact.
 *
 * What two clusters agree on is the sum over the pairs between them, so that
 * joining A and B makes coincidence(AB, C) a mediant: never closer to C than A
 * and B were to each other. Closeness therefore only falls.
 */
#include "power/converge.h"

#include <string.h>

/* The work: clusters by their first member, which stays when two join. */
struct work {
    const struct agreement *agreement;
    size_t members;
    struct converge_share *between; /* [members * members], both halves */
    bool *gone;                     /* joined to an earlier one */
    size_t *nearest;                /* the best later cluster, or SIZE_MAX */
    size_t *size;
    size_t **leaf; /* [size] like beside like */
};

static struct converge_share *between(const struct work *work, size_t a,
                                      size_t b)
{
    return &work->between[a * work->members + b];
}

static void find_nearest(struct work *work, size_t a)
{
    size_t best = SIZE_MAX;

    for (size_t b = a + 1; b < work->members; b++)
        if (!work->gone[b] &&
            (best == SIZE_MAX ||
             converge_share_compare(*between(work, a, b),
                                    *between(work, a, best)) > 0))
            best = b;
    work->nearest[a] = best;
}

static void start(struct work *work, const struct agreement *agreement)
{
    size_t members = agreement->members;

    work->agreement = agreement;
    work->members = members;
    work->between = mem_new(members * members + 1, sizeof *work->between);
    work->gone = mem_new(members + 1, sizeof *work->gone);
    work->nearest = mem_new(members + 1, sizeof *work->nearest);
    work->size = mem_new(members + 1, sizeof *work->size);
    work->leaf = mem_new(members + 1, sizeof *work->leaf);
    for (size_t a = 0; a < members; a++) {
        for (size_t b = 0; b < members; b++)
            if (a != b)
                *between(work, a, b) =
                    agreement_coincidence(agreement_of(agreement, a, b));
        work->size[a] = 1;
        work->leaf[a] = mem_new(1, sizeof *work->leaf[a]);
        work->leaf[a][0] = a;
    }
    for (size_t a = 0; a < members; a++)
        find_nearest(work, a);
}

static void finish(struct work *work)
{
    for (size_t i = 0; i < work->members; i++)
        mem_free(work->leaf[i]);
    mem_free(work->leaf);
    mem_free(work->between);
    mem_free(work->gone);
    mem_free(work->nearest);
    mem_free(work->size);
}

/* The closest two; of equals the first in order of code. */
static size_t find_closest(const struct work *work)
{
    size_t best = SIZE_MAX;

    for (size_t a = 0; a < work->members; a++)
        if (!work->gone[a] && work->nearest[a] != SIZE_MAX &&
            (best == SIZE_MAX ||
             converge_share_compare(*between(work, a, work->nearest[a]),
                                    *between(work, best, work->nearest[best])) >
                 0))
            best = a;
    return best;
}

static struct converge_share ends(const struct work *work, size_t a, size_t b)
{
    return agreement_coincidence(agreement_of(work->agreement, a, b));
}

static void turn(size_t *leaf, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        size_t kept = leaf[i];
        leaf[i] = leaf[size - 1 - i];
        leaf[size - 1 - i] = kept;
    }
}

/* Put b's leaves after a's, each turned so that the ends that meet agree
 * most. */
static void join_leaves(struct work *work, size_t a, size_t b)
{
    size_t *left = work->leaf[a], *right = work->leaf[b], best = 0;
    size_t m = work->size[a], n = work->size[b];
    const struct converge_share meet[] = {
        ends(work, left[m - 1], right[0]),
        ends(work, left[0], right[0]),
        ends(work, left[m - 1], right[n - 1]),
        ends(work, left[0], right[n - 1]),
    };

    for (size_t i = 1; i < 4; i++)
        if (converge_share_compare(meet[i], meet[best]) > 0)
            best = i;
    if (best & 1)
        turn(left, m);
    if (best & 2)
        turn(right, n);
    work->leaf[a] = mem_resize(left, m + n, sizeof *left);
    memcpy(work->leaf[a] + m, right, n * sizeof *right);
    mem_free(right);
    work->leaf[b] = NULL;
    work->size[a] += n;
}

static void join(struct work *work, size_t a, size_t b)
{
    join_leaves(work, a, b);
    work->gone[b] = true;
    for (size_t c = 0; c < work->members; c++) {
        if (c == a || work->gone[c])
            continue;
        between(work, a, c)->num += between(work, b, c)->num;
        between(work, a, c)->den += between(work, b, c)->den;
        *between(work, c, a) = *between(work, a, c);
    }
    find_nearest(work, a);
    for (size_t c = 0; c < b; c++) {
        if (work->gone[c] || c == a)
            continue;
        size_t nearest = work->nearest[c];
        if (nearest == a || nearest == b)
            find_nearest(work, c);
        else if (c < a && a < nearest &&
                 converge_share_compare(*between(work, c, a),
                                        *between(work, c, nearest)) == 0)
            work->nearest[c] = a;
    }
}

/*
 * Groups: the merges at no less than the whole's coincidence come first.
 */

static void make_groups(struct clusters *made, struct converge_share whole)
{
    size_t *first = mem_new(made->members + 1, sizeof *first);

    for (size_t i = 0; i < made->members; i++)
        first[i] = i;
    for (size_t i = 0; i + 1 < made->members; i++) {
        const struct clusters_merge *merge = &made->merge[i];

        if (merge->coincidence.den == 0 ||
            converge_share_compare(merge->coincidence, whole) < 0)
            break;
        first[merge->b] = merge->a;
    }
    /* A cluster's first member comes before it: one pass is enough. */
    for (size_t i = 0; i < made->members; i++)
        first[i] = first[first[i]];
    for (size_t i = 0; i < made->members; i++) {
        size_t own = first[made->order[i]];
        bool next = i > 0 && own != first[made->order[i - 1]];

        made->groups += i == 0 || next;
        made->group[made->order[i]] = made->groups - 1;
    }
    mem_free(first);
}

struct clusters clusters_make(const struct agreement *agreement)
{
    size_t members = agreement->members;
    struct clusters made = {
        .members = members,
        .merge = mem_new(members + 1, sizeof *made.merge),
        .order = mem_new(members + 1, sizeof *made.order),
        .group = mem_new(members + 1, sizeof *made.group),
    };
    struct work work;

    start(&work, agreement);
    for (size_t i = 0; i + 1 < members; i++) {
        size_t a = find_closest(&work), b = work.nearest[a];
        struct converge_share closeness = *between(&work, a, b);

        join(&work, a, b);
        made.merge[i] = (struct clusters_merge){a, b, work.size[a], closeness};
    }
    if (members > 0) {
        memcpy(made.order, work.leaf[0], members * sizeof *made.order);
        if (made.order[0] > made.order[members - 1])
            turn(made.order, members);
        make_groups(&made, agreement_whole(agreement));
    }
    finish(&work);
    return made;
}

void clusters_clear(struct clusters *clusters)
{
    mem_free(clusters->merge);
    mem_free(clusters->order);
    mem_free(clusters->group);
    *clusters = (struct clusters){0};
}
