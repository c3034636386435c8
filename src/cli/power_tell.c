/*
 * power_tell.c - what entente power has found, for machines and for people.
 */
#include "cli/power.h"

#include "base/json.h"
#include "base/table.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* --- numbers as text ------------------------------------------------------ */

static void put_integer(const mpz_t number, struct buf *out)
{
    char *text = mem_new(mpz_sizeinbase(number, 10) + 2, 1);

    buf_add_text(out, mpz_get_str(text, 10, number));
    mem_free(text);
}

void power_put_fraction(const mpq_t fraction, struct buf *out)
{
    put_integer(mpq_numref(fraction), out);
    buf_add_text(out, "/");
    put_integer(mpq_denref(fraction), out);
}

int64_t power_scaled(const mpq_t fraction, unsigned long scale)
{
    mpz_t value;
    int64_t result;

    mpz_init(value);
    mpz_mul_ui(value, mpq_numref(fraction), scale);
    mpz_fdiv_q(value, value, mpq_denref(fraction));
    result = mpz_get_si(value);
    mpz_clear(value);
    return result;
}

void power_put_percent(const mpq_t fraction, unsigned places, struct buf *out)
{
    unsigned long scale = 1;
    int64_t value;

    for (unsigned i = 0; i < places; i++)
        scale *= 10;
    value = power_scaled(fraction, 100 * scale);
    buf_addf(out, "%lld.%0*lld", (long long)(value / (int64_t)scale),
             (int)places, (long long)(value % (int64_t)scale));
}

static const char *code_of(const struct power_report *report, size_t index)
{
    return roster_code(report->program->roster,
                       report->power->index[index].member);
}

/* --- JSON ----------------------------------------------------------------- */

static void set_integer(json_t *json, const char *key, const mpz_t number)
{
    struct buf text = {0};

    put_integer(number, &text);
    json_set_text(json, key, buf_text(&text));
    buf_clear(&text);
}

static void set_fraction(json_t *json, const char *key, const mpq_t fraction)
{
    struct buf text = {0};

    power_put_fraction(fraction, &text);
    json_set_text(json, key, buf_text(&text));
    buf_clear(&text);
}

static void set_decimal(json_t *json, const char *key, double number)
{
    struct buf text = {0};

    buf_addf(&text, "%.12f", number);
    json_set_text(json, key, buf_text(&text));
    buf_clear(&text);
}

static json_t *estimate_json(const struct power_estimate *estimate)
{
    json_t *json = json_object();

    json_set_int(json, "hits", (int64_t)estimate->hits);
    set_decimal(json, "estimate", estimate->share);
    set_decimal(json, "low", estimate->low);
    set_decimal(json, "high", estimate->high);
    return json;
}

static json_t *sampled_json(const struct power_index *index)
{
    json_t *json = json_object();

    json_set_new(json, "banzhaf_absolute",
                 estimate_json(&index->sampled_banzhaf));
    json_set_new(json, "shapley", estimate_json(&index->sampled_shapley));
    return json;
}

static json_t *index_json(const struct power *power,
                          const struct power_index *index)
{
    json_t *json;

    if (power->method == POWER_SAMPLE)
        return sampled_json(index);
    json = json_object();
    set_integer(json, "swings", index->swings);
    set_fraction(json, "banzhaf", index->banzhaf);
    set_fraction(json, "banzhaf_absolute", index->banzhaf_absolute);
    if (power->shapley_exact)
        set_fraction(json, "shapley", index->shapley);
    else
        set_decimal(json, "shapley", index->shapley_near);
    set_fraction(json, "prevent", index->prevent);
    set_fraction(json, "initiate", index->initiate);
    if (power->has_unions) {
        set_fraction(json, "owen", index->owen);
        set_fraction(json, "banzhaf_owen", index->banzhaf_owen);
    }
    if (power->has_ternary) {
        set_integer(json, "ternary_swings", index->yes_no);
        set_integer(json, "ternary_swings_abstain", index->yes_abstain);
    }
    return json;
}

static json_t *all_json(const struct power_report *report)
{
    json_t *list = json_array();

    for (size_t i = 0; i < report->power->members; i++) {
        json_t *json = json_object();
        json_t *values = index_json(report->power, &report->power->index[i]);

        json_set_text(json, "code", code_of(report, i));
        json_object_update(json, values);
        json_decref(values);
        json_array_append_new(list, json);
    }
    return list;
}

static json_t *coleman_json(const struct power_report *report)
{
    const struct power *power = report->power;
    json_t *json = json_object(), *prevent = json_object();
    json_t *initiate = json_object();

    set_fraction(json, "act", power->act);
    for (size_t i = 0; i < power->members; i++) {
        set_fraction(prevent, code_of(report, i), power->index[i].prevent);
        set_fraction(initiate, code_of(report, i), power->index[i].initiate);
    }
    json_set_new(json, "prevent", prevent);
    json_set_new(json, "initiate", initiate);
    return json;
}

static json_t *set_json(const struct power_report *report,
                        const struct member_set *set)
{
    json_t *codes = json_array();

    for (size_t m = 0; m < report->program->members; m++)
        if (set_has(set, m))
            json_array_append_new(
                codes, json_string(roster_code(report->program->roster, m)));
    return codes;
}

static json_t *coalitions_json(const struct power_report *report,
                               const struct power_coalitions *coalitions)
{
    json_t *json = json_object(), *list = json_array();

    if (coalitions->counted) {
        set_integer(json, "count", coalitions->count);
    } else {
        json_set_text(json, "count", NULL);
        json_set_text(json, "why", coalitions->why_not);
    }
    for (size_t i = 0; i < coalitions->listed; i++)
        json_array_append_new(list,
                              set_json(report, &coalitions->coalition[i]));
    json_set_new(json, "listed", list);
    return json;
}

enum trait { VETO, DICTATOR, DUMMY };

static bool has_trait(const struct power_index *index, enum trait trait)
{
    return trait == VETO       ? index->veto
           : trait == DICTATOR ? index->dictator
                               : index->dummy;
}

static json_t *trait_json(const struct power_report *report, enum trait trait)
{
    json_t *codes = json_array();

    for (size_t i = 0; i < report->power->members; i++)
        if (has_trait(&report->power->index[i], trait))
            json_array_append_new(codes, json_string(code_of(report, i)));
    return codes;
}

static json_t *ternary_json(const struct power *power)
{
    json_t *json = json_object();
    mpz_t profiles;

    mpz_init(profiles);
    mpz_ui_pow_ui(profiles, 3, power->members);
    set_integer(json, "adopted", power->adopted);
    set_integer(json, "profiles", profiles);
    mpz_clear(profiles);
    return json;
}

static json_t *unions_json(const struct power_report *report)
{
    json_t *json = json_object();

    for (size_t i = 0; i < report->unions_count; i++)
        json_set_new(json, report->unions[i].name,
                     set_json(report, &report->unions[i].members));
    return json;
}

json_t *power_json(const struct power_report *report)
{
    const struct power *power = report->power;
    json_t *json = json_object();

    json_set_text(json, "rule", report->program->rule->name);
    json_set_int(json, "members", (int64_t)power->members);
    if (power->method == POWER_SAMPLE)
        json_set_new(json, "act", estimate_json(&power->sampled_act));
    else
        set_integer(json, "winning", power->winning);
    json_set_text(json, "method", power->text);
    json_set_new(json, "index", all_json(report));
    if (power->method == POWER_SAMPLE)
        return json;
    json_set_new(json, "coleman", coleman_json(report));
    json_set_new(json, "minimal_winning",
                 coalitions_json(report, &power->minimal_winning));
    json_set_new(json, "minimal_blocking",
                 coalitions_json(report, &power->minimal_blocking));
    json_set_new(json, "vetoers", trait_json(report, VETO));
    json_set_new(json, "dictators", trait_json(report, DICTATOR));
    json_set_new(json, "dummies", trait_json(report, DUMMY));
    if (power->has_ternary)
        json_set_new(json, "ternary", ternary_json(power));
    if (power->has_unions)
        json_set_new(json, "unions", unions_json(report));
    return json;
}

/* --- CSV ------------------------------------------------------------------ */

/* The fields of a member's JSON that are plain, in their order. */
void power_csv(const struct power_report *report, struct buf *out)
{
    json_t *list = all_json(report), *row, *value;
    size_t at;
    const char *key;

    json_array_foreach (list, at, row) {
        const char *comma = "";

        if (at == 0) {
            json_object_foreach (row, key, value) {
                buf_addf(out, "%s%s", comma, key);
                if (json_is_object(value))
                    buf_addf(out, ",%s_low,%s_high", key, key);
                comma = ",";
            }
            buf_add_text(out, "\n");
            comma = "";
        }
        json_object_foreach (row, key, value) {
            if (json_is_object(value))
                buf_addf(out, "%s%s,%s,%s", comma, json_text(value, "estimate"),
                         json_text(value, "low"), json_text(value, "high"));
            else
                buf_addf(out, "%s%s", comma, json_string_value(value));
            comma = ",";
        }
        buf_add_text(out, "\n");
    }
    json_decref(list);
}

/* --- for people ----------------------------------------------------------- */

enum { WEIGHTS_MAX = 3, BAR = 20 };

/* The rule's weights, heads left out: clauses that ask for them. */
static size_t find_weights(const struct rule *rule, size_t *clause)
{
    size_t count = 0;

    for (size_t i = 0; i < rule->count && count < WEIGHTS_MAX; i++) {
        const struct rule_leaf *leaf = rule->clause[i]->leaf;
        bool known = leaf == NULL || strcmp(leaf->weight, "1") == 0;

        for (size_t k = 0; k < count && !known; k++)
            known = strcmp(rule->clause[clause[k]]->leaf->weight,
                           leaf->weight) == 0;
        if (!known)
            clause[count++] = i;
    }
    return count;
}

static double shapley_of(const struct power *power,
                         const struct power_index *index)
{
    return power->method == POWER_SAMPLE ? index->sampled_shapley.share
           : power->shapley_exact        ? mpq_get_d(index->shapley)
                                         : index->shapley_near;
}

static int strongest_first(const void *a, const void *b, void *power)
{
    const struct power *sorted = power;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    double left = shapley_of(sorted, &sorted->index[x]);
    double right = shapley_of(sorted, &sorted->index[y]);

    if (left != right)
        return left < right ? 1 : -1;
    return (x > y) - (x < y);
}

static size_t *by_power(const struct power *power)
{
    size_t *order = mem_new(power->members, sizeof *order);

    for (size_t i = 0; i < power->members; i++)
        order[i] = i;
    qsort_r(order, power->members, sizeof *order, strongest_first,
            (void *)power);
    return order;
}

static void cell_percent(struct table *table, const mpq_t fraction)
{
    struct buf text = {0};

    power_put_percent(fraction, 4, &text);
    table_cell(table, buf_text(&text));
    buf_clear(&text);
}

/* In full, or its first digits and how many follow: 3.6097e56. */
static void cell_integer(struct table *table, const mpz_t number)
{
    enum { DIGITS_MAX = 20 };
    struct buf text = {0};

    put_integer(number, &text);
    if (text.len > DIGITS_MAX)
        table_cellf(table, "%c.%.4se%zu", text.data[0], text.data + 1,
                    text.len - 1);
    else
        table_cell(table, buf_text(&text));
    buf_clear(&text);
}

static void cell_bar(struct table *table, double share, double most)
{
    struct buf text = {0};
    int length = most > 0 ? (int)(share / most * BAR + 0.5) : 0;

    for (int i = 0; i < length; i++)
        buf_add_text(&text, "█");
    table_cell(table, buf_text(&text));
    buf_clear(&text);
}

static void add_row(struct table *table, const struct power_report *report,
                    const size_t *weight, size_t weights, size_t at,
                    double most)
{
    const struct power *power = report->power;
    const struct power_index *index = &power->index[at];
    struct buf text = {0};

    table_cell(table, code_of(report, at));
    for (size_t i = 0; i < weights; i++) {
        const struct rule_part *part = &report->program->part[weight[i]];

        buf_reset(&text);
        decimal_format(part->units[index->member], part->places, &text);
        table_cell(table, buf_text(&text));
    }
    cell_integer(table, index->swings);
    cell_percent(table, index->banzhaf_absolute);
    cell_percent(table, index->banzhaf);
    if (power->shapley_exact)
        cell_percent(table, index->shapley);
    else
        table_cellf(table, "%.10f", index->shapley_near * 100);
    cell_percent(table, index->prevent);
    cell_percent(table, index->initiate);
    if (power->has_unions) {
        cell_percent(table, index->owen);
        cell_percent(table, index->banzhaf_owen);
    }
    if (power->has_ternary)
        cell_integer(table, index->yes_no);
    cell_bar(table, shapley_of(power, index), most);
    buf_clear(&text);
}

static void print_table(struct cli *cli, const struct power_report *report)
{
    const struct power *power = report->power;
    const struct rule *rule = report->program->rule;
    size_t weight[WEIGHTS_MAX], weights = find_weights(rule, weight);
    size_t *order = by_power(power);
    struct buf columns = {0};
    struct table *table;

    buf_add_text(&columns, "member");
    for (size_t i = 0; i < weights; i++)
        buf_addf(&columns, "|>%s", rule->clause[weight[i]]->leaf->weight);
    buf_add_text(&columns, "|>swings|>absolute %|>Banzhaf %|>Shapley %"
                           "|>prevent %|>initiate %");
    if (power->has_unions)
        buf_add_text(&columns, "|>Owen %|>Banzhaf-Owen %");
    if (power->has_ternary)
        buf_add_text(&columns, "|>ternary swings");
    buf_add_text(&columns, "|");
    table = table_open(buf_text(&columns));
    for (size_t i = 0; i < power->members; i++)
        add_row(table, report, weight, weights, order[i],
                shapley_of(power, &power->index[order[0]]));
    table_print(table, cli->out);
    table_close(table);
    buf_clear(&columns);
    mem_free(order);
}

static void print_estimates(struct cli *cli, const struct power_report *report)
{
    const struct power *power = report->power;
    struct table *table =
        table_open("member|>absolute %|>from|>to|>Shapley %|>from|>to|");
    size_t *order = by_power(power);

    for (size_t i = 0; i < power->members; i++) {
        const struct power_index *index = &power->index[order[i]];
        const struct power_estimate *two[] = {&index->sampled_banzhaf,
                                              &index->sampled_shapley};

        table_cell(table, code_of(report, order[i]));
        for (size_t k = 0; k < 2; k++) {
            table_cellf(table, "%.4f", two[k]->share * 100);
            table_cellf(table, "%.4f", two[k]->low * 100);
            table_cellf(table, "%.4f", two[k]->high * 100);
        }
        cell_bar(table, shapley_of(power, index),
                 shapley_of(power, &power->index[order[0]]));
    }
    table_print(table, cli->out);
    table_close(table);
    mem_free(order);
}

static void print_trait(struct cli *cli, const struct power_report *report,
                        const char *what, enum trait trait)
{
    json_t *codes = trait_json(report, trait), *code;
    struct buf text = {0};
    size_t at;

    json_array_foreach (codes, at, code) {
        buf_addf(&text, "%s%s", at > 0 ? ", " : "", json_string_value(code));
    }
    if (text.len > 0)
        fprintf(cli->out, "%s: %s\n", what, buf_text(&text));
    buf_clear(&text);
    json_decref(codes);
}

static void print_coalitions(struct cli *cli, const struct power_report *report,
                             const char *what,
                             const struct power_coalitions *coalitions)
{
    const struct roster *roster = report->program->roster;
    struct buf text = {0};

    if (coalitions->counted)
        put_integer(coalitions->count, &text);
    else
        buf_addf(&text, "not counted: %s", coalitions->why_not);
    fprintf(cli->out, "%s: %s\n", what, buf_text(&text));
    for (size_t i = 0; i < coalitions->listed; i++) {
        buf_reset(&text);
        for (size_t m = 0; m < report->program->members; m++)
            if (set_has(&coalitions->coalition[i], m))
                buf_addf(&text, "%s%s", text.len > 0 ? ", " : "",
                         roster_code(roster, m));
        fprintf(cli->out, "  %zu: %s\n", set_count(&coalitions->coalition[i]),
                buf_text(&text));
    }
    buf_clear(&text);
}

static void print_summary(struct cli *cli, const struct power_report *report)
{
    const struct power *power = report->power;
    struct buf text = {0};

    put_integer(power->winning, &text);
    buf_addf(&text, " of 2^%zu coalitions win: power to act ", power->members);
    power_put_percent(power->act, 6, &text);
    fprintf(cli->out, "%s %%\n", buf_text(&text));
    if (power->has_ternary) {
        buf_reset(&text);
        put_integer(power->adopted, &text);
        fprintf(cli->out, "With abstention %s of 3^%zu ways to vote adopt\n",
                buf_text(&text), power->members);
    }
    print_trait(cli, report, "Veto", VETO);
    print_trait(cli, report, "Dictator", DICTATOR);
    print_trait(cli, report, "Without power", DUMMY);
    print_coalitions(cli, report, "Minimal winning coalitions",
                     &power->minimal_winning);
    print_coalitions(cli, report, "Minimal blocking coalitions",
                     &power->minimal_blocking);
    buf_clear(&text);
}

void power_tell(struct cli *cli, const struct power_report *report)
{
    const struct power *power = report->power;

    fprintf(cli->out, "%zu members; %s\n\n", power->members, power->text);
    if (power->method == POWER_SAMPLE) {
        print_estimates(cli, report);
        fprintf(cli->out, "\nPower to act %.4f %% (%.4f to %.4f)\n",
                power->sampled_act.share * 100, power->sampled_act.low * 100,
                power->sampled_act.high * 100);
        return;
    }
    print_table(cli, report);
    fputs("\n", cli->out);
    print_summary(cli, report);
}
