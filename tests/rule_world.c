#include "rule_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sanitizers are slow: there a tenth, unless TEST_EFFORT says otherwise. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SLOW
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define IS_SLOW
#endif
#ifdef IS_SLOW
enum { EFFORT = 10 };
#else
enum { EFFORT = 100 };
#endif

enum { DEPTH_MAX = 3 };

static unsigned roll(struct world *world, unsigned below)
{
    world->seed = world->seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(world->seed >> 33) % below;
}

/* --- making ------------------------------------------------------------- */

static unsigned roll_positions(struct world *world, enum group group)
{
    unsigned mask = roll(world, 2) ? 1u << roll(world, 5)
                                   : roll(world, 1 << POSITION_COUNT);

    if (group == IN_PARTICIPATING)
        mask &= (1 << POSITION_OUT) - 1;
    return mask != 0 ? mask : 1 << POSITION_YES;
}

static struct node *make_leaf(struct world *world)
{
    static const int shares[][2] = {{1, 2}, {2, 3}, {13, 20}, {1, 3},
                                    {1, 1}, {3, 5}, {17, 20}, {0, 1}};
    struct node *node = calloc(1, sizeof *node);
    unsigned share = roll(world, 8);

    node->weight = (int)roll(world, 3);
    node->in = roll(world, 2) ? IN_PARTICIPATING : roll(world, GROUPS);
    node->base = roll(world, 2) ? IN_PARTICIPATING : roll(world, GROUPS);
    node->of = roll_positions(world, node->in);
    if (roll(world, 3) == 0)
        node->base_of = roll_positions(world, node->base);
    node->test = roll(world, 4);
    node->num = shares[share][0];
    node->den = shares[share][1];
    if (roll(world, 4) == 0) {
        node->threshold = ABSOLUTE;
        node->num = (int)roll(world, 8);
        node->base_of = 0;
    } else if (roll(world, 8) == 0) {
        node->threshold = MIN_MEMBERS;
        node->weight = 0;
        node->num = (int)roll(world, 4);
        node->den = 4;
        node->base_of = 0;
    }
    world->mentions |= node->of | node->base_of;
    return node;
}

static struct node *make_node(struct world *world, int depth)
{
    struct node *node;

    if (depth == 0 || roll(world, 3) == 0)
        return make_leaf(world);
    node = calloc(1, sizeof *node);
    node->kind = 1 + roll(world, 4);
    node->items = node->kind == NOT ? 1 : 1 + (int)roll(world, ITEMS_MAX - 1);
    node->k = 1 + (int)roll(world, (unsigned)node->items);
    for (int i = 0; i < node->items; i++)
        node->item[i] = make_node(world, depth - 1);
    return node;
}

static void free_node(struct node *node)
{
    for (int i = 0; i < node->items; i++)
        free_node(node->item[i]);
    free(node);
}

void rule_world_make(struct world *world, uint64_t seed, int members_max,
                     bool open)
{
    *world = (struct world){.seed = seed * 0x9e3779b97f4a7c15u + 1};
    world->members = 1 + (int)roll(world, (unsigned)members_max);
    for (int i = 0; i < world->members; i++) {
        world->whole[i] = (int)roll(world, 10);
        world->tenths[i] = (int)roll(world, 50);
        world->club[i] = roll(world, 2);
        world->position[i] = open && roll(world, 2)
                                 ? POSITION_SILENT
                                 : roll(world, POSITION_COUNT);
    }
    world->silent = (int)roll(world, 8) - 1;
    world->root = make_node(world, DEPTH_MAX);
}

/* --- writing ------------------------------------------------------------ */

static void write_positions(unsigned mask, struct buf *out)
{
    const char *comma = "";

    buf_add_text(out, "[");
    for (int p = 0; p < POSITION_COUNT; p++)
        if (mask >> p & 1) {
            buf_addf(out, "%s\"%s\"", comma, position_word(p));
            comma = ",";
        }
    buf_add_text(out, "]");
}

static const char *const group_texts[GROUPS] = {
    "\"participating\"", "\"members\"",
    "\"club\"",          "{\"except\":\"club\"}",
    "[\"club\",\"M0\"]", "{\"both\":[\"club\",\"participating\"]}"};

static void write_node(const struct node *node, struct buf *out)
{
    static const char *const kinds[] = {"", "all", "any", "not", "atleast"};
    static const char *const weights[] = {"1", "whole", "tenths"};
    static const char *const tests[] = {"ge", "gt", "le", "lt"};

    if (node->kind == LEAF) {
        buf_addf(out, "\"sum\":\"%s\",\"of\":", weights[node->weight]);
        write_positions(node->of, out);
        buf_addf(out, ",\"in\":%s", group_texts[node->in]);
        if (node->base_of != 0) {
            buf_add_text(out, ",\"base\":{\"positions\":");
            write_positions(node->base_of, out);
            buf_addf(out, ",\"in\":%s}", group_texts[node->base]);
        } else {
            buf_addf(out, ",\"base\":%s", group_texts[node->base]);
        }
        buf_addf(out, ",\"%s\":", tests[node->test]);
        if (node->threshold == SHARE)
            buf_addf(out, "\"%d/%d\"", node->num, node->den);
        else if (node->threshold == ABSOLUTE)
            buf_addf(out, "\"%d\"", node->num);
        else
            buf_addf(out,
                     "{\"min_members\":{\"sum\":\"tenths\",\"gt\":"
                     "\"%d/%d\"}}",
                     node->num, node->den);
        return;
    }
    buf_addf(out, "\"%s\":", kinds[node->kind]);
    if (node->kind == ATLEAST)
        buf_addf(out, "{\"k\":\"%d\",\"of\":", node->k);
    if (node->kind != NOT)
        buf_add_text(out, "[");
    for (int i = 0; i < node->items; i++) {
        buf_add_text(out, i > 0 ? ",{" : "{");
        write_node(node->item[i], out);
        buf_add_text(out, "}");
    }
    if (node->kind != NOT)
        buf_add_text(out, "]");
    if (node->kind == ATLEAST)
        buf_add_text(out, "}");
}

static void write_rule(const struct world *world, struct buf *out)
{
    buf_add_text(out, "{");
    if (world->silent >= 0)
        buf_addf(out, "\"default\":{\"silent\":\"%s\"},",
                 position_word(world->silent));
    write_node(world->root, out);
    buf_add_text(out, "}");
}

static void write_members(const struct world *world, struct buf *out)
{
    buf_add_text(out, "code,whole,tenths,club\n");
    for (int i = 0; i < world->members; i++)
        buf_addf(out, "M%d,%d,%d.%d,%d\n", i, world->whole[i],
                 world->tenths[i] / 10, world->tenths[i] % 10, world->club[i]);
}

/* --- judging naively ---------------------------------------------------- */

bool rule_world_takes_part(const struct world *world, int i)
{
    return world->position[i] != POSITION_OUT &&
           world->position[i] != POSITION_SUSPENDED;
}

static bool is_in(const struct world *world, enum group group, int i)
{
    switch (group) {
    case IN_PARTICIPATING:
        return rule_world_takes_part(world, i);
    case IN_MEMBERS:
        return true;
    case IN_CLUB:
        return world->club[i];
    case IN_EXCEPT_CLUB:
        return rule_world_takes_part(world, i) && !world->club[i];
    case IN_LIST:
        return world->club[i] || i == 0;
    default:
        return world->club[i] && rule_world_takes_part(world, i);
    }
}

static int weight_of(const struct world *world, const struct node *node, int i)
{
    return node->weight == 0   ? 1
           : node->weight == 1 ? world->whole[i]
                               : world->tenths[i];
}

static int min_members(const struct world *world, const struct node *node)
{
    int total = 0, best = 99;

    for (int i = 0; i < world->members; i++)
        total += rule_world_takes_part(world, i) ? world->tenths[i] : 0;
    for (int set = 0; set < 1 << world->members; set++) {
        int held = 0, count = 0;

        for (int i = 0; i < world->members; i++)
            if (set >> i & 1 && rule_world_takes_part(world, i)) {
                held += world->tenths[i];
                count++;
            }
        if (held * node->den > node->num * total && count < best)
            best = count;
    }
    return best;
}

static bool compare(long long left, enum rule_test test, long long right)
{
    return test == TEST_GE   ? left >= right
           : test == TEST_GT ? left > right
           : test == TEST_LE ? left <= right
                             : left < right;
}

static bool naive_leaf(const struct world *world, const struct node *node,
                       const enum position *position)
{
    long long sum = 0, base = 0;

    for (int i = 0; i < world->members; i++) {
        int weight = weight_of(world, node, i);

        if (is_in(world, node->in, i) && node->of >> position[i] & 1)
            sum += weight;
        if (is_in(world, node->base, i) &&
            (node->base_of == 0 || node->base_of >> position[i] & 1))
            base += weight;
    }
    if (node->threshold == MIN_MEMBERS)
        return compare(sum, node->test, node->k);
    if (node->threshold == ABSOLUTE)
        return compare(sum, node->test,
                       node->weight == 2 ? node->num * 10 : node->num);
    if (base == 0 && sum == 0 && node->test == TEST_GE)
        return false;
    return compare(sum * node->den, node->test, base * node->num);
}

bool rule_world_holds(const struct world *world, const struct node *node,
                      const enum position *position)
{
    int held = 0;

    if (node->kind == LEAF)
        return naive_leaf(world, node, position);
    for (int i = 0; i < node->items; i++)
        held += rule_world_holds(world, node->item[i], position);
    return node->kind == ALL   ? held == node->items
           : node->kind == ANY ? held > 0
           : node->kind == NOT ? held == 0
                               : held >= node->k;
}

/* Would the rule be refused for this roster? Also fills min_members. */
static bool is_refused(const struct world *world, struct node *node)
{
    long long base = 0, tenths = 0;
    bool refused = false;

    if (node->kind == LEAF) {
        for (int i = 0; i < world->members; i++) {
            base += is_in(world, node->base, i) ? weight_of(world, node, i) : 0;
            tenths += rule_world_takes_part(world, i) ? world->tenths[i] : 0;
        }
        if (node->threshold == MIN_MEMBERS && tenths > 0)
            node->k = min_members(world, node);
        return node->threshold == SHARE         ? base == 0
               : node->threshold == MIN_MEMBERS ? tenths == 0
                                                : false;
    }
    for (int i = 0; i < node->items; i++)
        refused |= is_refused(world, node->item[i]);
    return refused;
}

void rule_world_close(const struct world *world, enum position *position)
{
    for (int i = 0; i < world->members; i++) {
        position[i] = world->position[i];
        if (position[i] != POSITION_SILENT)
            continue;
        if (world->silent >= 0)
            position[i] = world->silent;
        else if (!(world->mentions >> POSITION_SILENT & 1))
            position[i] = POSITION_ABSENT;
    }
}

/* --- as the program reads it --------------------------------------------- */

bool rule_world_set_up(const struct world *world, struct roster **roster,
                       struct rule **rule, struct rule_program **program,
                       struct why *why)
{
    struct buf text = {0};
    struct document *document = NULL;
    const struct value *root;
    struct member_set part = {0};
    enum err err;

    write_members(world, &text);
    err = roster_parse("m.csv", text.data, text.len, roster, why);
    buf_reset(&text);
    write_rule(world, &text);
    if (err == ERR_NONE)
        err =
            document_parse("rule", text.data, text.len, &document, &root, why);
    if (err == ERR_NONE)
        err = rule_parse(root, NULL, rule, why);
    document_close(document);
    buf_clear(&text);
    for (int i = 0; i < world->members; i++)
        set_put(&part, (size_t)i, rule_world_takes_part(world, i));
    if (err == ERR_NONE)
        err = program_compile(*rule, *roster, &part, program, why);
    return err == ERR_NONE;
}

void rule_world_report(const struct world *world, uint64_t seed,
                       const char *what)
{
    struct buf text = {0};

    write_members(world, &text);
    write_rule(world, &text);
    buf_add_text(&text, "\n");
    for (int i = 0; i < world->members; i++)
        buf_addf(&text, "M%d,%s\n", i, position_word(world->position[i]));
    printf("seed %llu: %s\n%s", (unsigned long long)seed, what,
           buf_text(&text));
    buf_clear(&text);
}

int rule_world_effort(int count)
{
    const char *text = getenv("TEST_EFFORT");
    int percent = text != NULL ? atoi(text) : EFFORT;

    return percent < 1 ? 1 : (int)((long long)count * percent / 100);
}

void rule_world_clear(struct world *world)
{
    free_node(world->root);
}

bool rule_world_is_refused(const struct world *world)
{
    for (int i = 0; i < world->members; i++)
        if (rule_world_takes_part(world, i))
            return is_refused(world, world->root);
    is_refused(world, world->root);
    return true;
}
