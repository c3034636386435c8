/*
 * converge_bench.c - 198 members, 870,012 votes: reading them, beside
 * base/csv.h that only splits rows; counting pairs, beside one roll after the
 * other; and all that follows from the counts.
 */
#include "base/csv.h"
#include "bench.h"
#include "power/converge.h"

#include <string.h>
#include <sys/resource.h>

enum { MEMBERS = 198, ROLLS = 4394, ROUNDS = 5 };

static uint64_t state = 1;

static unsigned below(unsigned limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % limit;
}

static void must(enum err err, const struct why *why)
{
    if (err == ERR_NONE)
        return;
    fprintf(stderr, "converge_bench: %s\n", why->text);
    exit(3);
}

/* Two camps and a middle, as assemblies have; one in ten absent. position is
 * [ROLLS * MEMBERS] for the naive count. */
static void make_votes(struct buf *text, uint8_t *position)
{
    static const char *const word[] = {"no", "abstain", "yes", "absent"};

    buf_add_text(text, "roll,code,position\n");
    for (int roll = 0; roll < ROLLS; roll++)
        for (int i = 0; i < MEMBERS; i++) {
            int lean = (int)below(60) + (roll % 50) * (i % 3 - 1);
            int at = below(10) == 0 ? 3 : lean > 20 ? 2 : lean > 5 ? 1 : 0;

            position[roll * MEMBERS + i] = (uint8_t)at;
            buf_addf(text, "A/%d,%c%c,%s\n", roll + 1, 'A' + i / 26,
                     'A' + i % 26, word[at]);
        }
}

static double split_rows(const struct buf *text)
{
    double start = bench_clock();
    struct csv *csv;
    struct why why;
    bool more = true;

    must(csv_open("votes", text->data, text->len, &csv, &why), &why);
    while (more)
        must(csv_next(csv, &more, &why), &why);
    csv_close(csv);
    return bench_clock() - start;
}

static double read_votes(const struct buf *text, struct rolls **rolls)
{
    double start = bench_clock();
    struct why why;

    must(rolls_parse("votes", text->data, text->len, NULL, rolls, &why), &why);
    return bench_clock() - start;
}

static void bench_reading(const struct buf *text, struct rolls **rolls)
{
    double best = 1e9, peer = 1e9, took, size = (double)text->len / 1e6;

    for (int i = 0; i < ROUNDS; i++) {
        rolls_close(*rolls);
        took = read_votes(text, rolls);
        best = took < best ? took : best;
        took = split_rows(text);
        peer = took < peer ? took : peer;
    }
    bench_print("converge.read", size / best, "MB/s",
                "base/csv.h splitting rows", peer / best);
}

static struct agreement_pair *count_naively(const uint8_t *position)
{
    struct agreement_pair *pair =
        mem_new((size_t)MEMBERS * (MEMBERS - 1) / 2, sizeof *pair);
    struct agreement_pair *at = pair;

    for (int a = 0; a < MEMBERS; a++)
        for (int b = a + 1; b < MEMBERS; b++, at++)
            for (int roll = 0; roll < ROLLS; roll++) {
                int x = position[roll * MEMBERS + a];
                int y = position[roll * MEMBERS + b];
                bool joint = x != 3 && y != 3;

                at->joint += joint;
                at->same += joint && x == y;
                at->adjacent += joint && (x - y == 1 || y - x == 1);
            }
    return pair;
}

static void bench_pairs(struct rolls *rolls, const struct roll_set *set,
                        const uint8_t *position)
{
    double best = 1e9, portably = 1e9, start, took;
    struct agreement agreement = {0};

    for (int i = 0; i < ROUNDS; i++) {
        agreement_clear(&agreement);
        start = bench_clock();
        agreement = agreement_count_portably(rolls, set);
        took = bench_clock() - start;
        portably = took < portably ? took : portably;
        agreement_clear(&agreement);
        start = bench_clock();
        agreement = agreement_count(rolls, set);
        took = bench_clock() - start;
        best = took < best ? took : best;
    }
    start = bench_clock();
    struct agreement_pair *naive = count_naively(position);
    took = bench_clock() - start;
    if (memcmp(naive, agreement.pair,
               (size_t)MEMBERS * (MEMBERS - 1) / 2 * sizeof *naive) != 0) {
        fputs("converge_bench: the counts differ\n", stderr);
        exit(3);
    }
    bench_print("converge.pairs", best * 1e3, "ms", "one roll after the other",
                took / best);
    bench_print("converge.pairs_portably", portably * 1e3, "ms",
                "one roll after the other", took / portably);
    mem_free(naive);
    agreement_clear(&agreement);
}

static void bench_all(struct rolls *rolls, const struct roll_set *set)
{
    double start = bench_clock();
    struct agreement agreement = agreement_count(rolls, set);
    struct clusters clusters = clusters_make(&agreement);
    struct converge_share distance[MEMBERS];
    struct agreement_place place[MEMBERS];
    size_t count;
    size_t *divided = rolls_by_unity(rolls, set, false, &count);

    rolls_distances(rolls, set, distance);
    agreement_map(&agreement, NULL, place);
    bench_print("converge.all_after_reading", (bench_clock() - start) * 1e3,
                "ms", NULL, 0);
    mem_free(divided);
    clusters_clear(&clusters);
    agreement_clear(&agreement);
}

int main(void)
{
    struct buf text = {0};
    uint8_t *position = mem_new((size_t)MEMBERS * ROLLS, 1);
    struct rolls *rolls = NULL;
    struct rusage usage;

    make_votes(&text, position);
    bench_reading(&text, &rolls);
    struct roll_set set = roll_set_all(rolls);
    bench_pairs(rolls, &set, position);
    bench_all(rolls, &set);
    getrusage(RUSAGE_SELF, &usage);
    bench_print("converge.memory", (double)usage.ru_maxrss / 1024, "MiB", NULL,
                0);
    roll_set_clear(&set);
    rolls_close(rolls);
    buf_clear(&text);
    mem_free(position);
    return 0;
}
