/*
 * rule_bench.c - an open vote of 40 members over three weights: outcome,
 * distances to adoption and to blocking, effects, after each ballot. Beside
 * it, what reading and compiling the rule anew for each ballot would take.
 */
#include "rule/evaluate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MEMBERS = 40, VOTES = 100 };

static const char text[] =
    "all:\n"
    "- {ge: 2/3}\n"
    "- {sum: contribution, ge: 60%}\n"
    "- {sum: population, ge: 65%}\n"
    "- {sum: industry, ge: 55%}\n"
    "effects: {bound: [yes], exempt: [no, abstain, out]}\n";

static uint64_t state = 1;

static uint64_t roll(uint64_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
}

/* Of this process: judging waits for nothing, so what else the machine does
 * is not its time. */
static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static void must(enum err err, const struct why *why)
{
    if (err == ERR_NONE)
        return;
    fprintf(stderr, "rule_bench: %s\n", why->text);
    exit(3);
}

/* Heavy and light members, as states are. */
static struct roster *make_roster(void)
{
    struct buf csv = {0};
    struct roster *roster;
    struct why why;

    buf_add_text(&csv, "code,contribution,population,industry,affected\n");
    for (int i = 0; i < MEMBERS; i++) {
        uint64_t size = roll(100) * roll(100) * roll(100) + 300;

        buf_addf(&csv, "M%d,%llu.%llu,%llu,%llu,%d\n", i,
                 (unsigned long long)(size * (roll(90) + 10) / 500),
                 (unsigned long long)roll(10),
                 (unsigned long long)(size * (roll(90) + 10)),
                 (unsigned long long)(size * (roll(90) + 10) / 7), i % 13 == 0);
    }
    must(roster_parse("members", csv.data, csv.len, &roster, &why), &why);
    buf_clear(&csv);
    return roster;
}

static struct rule *make_rule(void)
{
    struct document *document;
    const struct value *root;
    struct rule *rule;
    struct why why;

    must(document_parse("rule", text, strlen(text), &document, &root, &why),
         &why);
    must(rule_parse(root, "bench", &rule, &why), &why);
    document_close(document);
    return rule;
}

static enum position roll_position(void)
{
    uint64_t dice = roll(10);

    return dice < 7 ? POSITION_YES : dice < 8 ? POSITION_NO : POSITION_ABSTAIN;
}

struct figures {
    double total_us, worst_us, anew_us;
    int ballots, inexact;
};

/* One vote from the first ballot to the last. */
static void run_vote(struct figures *figures)
{
    struct roster *roster = make_roster();
    struct rule *rule = make_rule();
    struct rule_program *program;
    enum position position[MEMBERS];
    struct why why;

    must(program_compile(rule, roster, NULL, &program, &why), &why);
    for (int i = 0; i < MEMBERS; i++)
        position[i] = POSITION_SILENT;
    for (int i = 0; i < MEMBERS; i++) {
        struct rule_result result;
        double started = now_us(), took;

        position[(i * 7) % MEMBERS] = roll_position();
        struct arena *arena = arena_open();
        must(rule_judge(program, position, false, arena, &result, &why), &why);
        figures->inexact +=
            !result.exact || !result.to_adopt.exact || !result.to_block.exact;
        arena_close(arena);
        took = now_us() - started;
        figures->total_us += took;
        figures->worst_us = took > figures->worst_us ? took : figures->worst_us;
        figures->ballots++;
        started = now_us();
        struct rule *rule_anew = make_rule();
        struct rule_program *program_anew;
        must(program_compile(rule_anew, roster, NULL, &program_anew, &why),
             &why);
        program_close(program_anew);
        rule_close(rule_anew);
        figures->anew_us += now_us() - started;
    }
    program_close(program);
    rule_close(rule);
    roster_close(roster);
}

int main(void)
{
    struct figures figures = {0};

    for (int i = 0; i < VOTES; i++)
        run_vote(&figures);
    double mean = figures.total_us / figures.ballots;
    double anew = mean + figures.anew_us / figures.ballots;
    printf("{\"bench\":\"rule.live\",\"value\":%.1f,\"unit\":\"us/ballot\","
           "\"worst\":%.1f,\"inexact\":%d,\"versus\":\"compiling anew for "
           "each ballot\",\"ratio\":%.2f}\n",
           mean, figures.worst_us, figures.inexact, anew / mean);
    return 0;
}
