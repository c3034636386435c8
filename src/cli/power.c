/*
 * power.c - entente power: how much power a rule gives each member, from files
 * or under the charter of a coalition.
 */
#include "cli/power.h"

#include "base/table.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/options.h"
#include "cli/power_parts.h"
#include "institution/council.h"

#include <string.h>

struct request {
    const char *rule; /* the file, or the charter's rule */
    const char *name, *members, *list, *sample, *seed, *svg, *weight;
    struct words unions;
    bool abstain, csv;
};

/* What is asked about, read and compiled. */
struct subject {
    struct desk desk;
    bool has_desk;
    struct roster *roster;
    struct rule *own; /* read from a file; else the charter's */
    struct rule_program *program;
};

static int read_request(struct cli *cli, int argc, char **argv,
                        struct request *request)
{
    struct options options = {0};
    struct words rest;
    int status;

    options_text(&options, "rule", "NAME", &request->name,
                 "which rule of the file");
    options_text(&options, "members", "M.csv", &request->members,
                 "members: code, weights, groups; else RULE is one of the "
                 "charter and its parties are the members");
    options_list(&options, "union", "NAME=A,B,...", &request->unions,
                 "members who vote together: Owen and Banzhaf-Owen values");
    options_text(&options, "list", "N", &request->list,
                 "minimal coalitions to list of each kind");
    options_flag(&options, "abstain", &request->abstain,
                 "count with abstention, though the rule takes it for a no");
    options_text(&options, "sample", "N", &request->sample,
                 "estimate from N coalitions and N orders drawn");
    options_text(&options, "seed", "S", &request->seed,
                 "the same seed draws the same");
    options_flag(&options, "csv", &request->csv, "print members as CSV");
    options_text(&options, "svg", "FILE", &request->svg,
                 "draw power against weight");
    options_text(&options, "weight", "NAME", &request->weight,
                 "the weight to draw; the rule's first if not said");
    status = options_read(cli, &options, argc, argv, 1, 1, &rest);
    if (status != OPTIONS_GO_ON)
        return status;
    request->rule = rest.item[0];
    return OPTIONS_GO_ON;
}

static enum err read_number(const char *option, const char *text, uint64_t most,
                            uint64_t *number, struct why *why)
{
    if (text == NULL || text_parse_u64(slice_of(text), most, number))
        return ERR_NONE;
    return fail(why, ERR_INPUT, "power: --%s %.20s: expected 0 to %llu", option,
                text, (unsigned long long)most);
}

static enum err read_numbers(const struct cli *cli,
                             const struct request *request,
                             struct power_request *asked, struct why *why)
{
    uint64_t list = 0;

    if (cli->json && request->csv)
        return fail(why, ERR_INPUT, "power: --json or --csv, not both");
    TRY(read_number("list", request->list, POWER_LIST_MAX, &list, why));
    TRY(read_number("sample", request->sample, POWER_SAMPLE_MAX, &asked->sample,
                    why));
    TRY(read_number("seed", request->seed, UINT64_MAX, &asked->seed, why));
    if (request->sample != NULL && asked->sample == 0)
        return fail(why, ERR_INPUT, "power: --sample 0 draws nothing");
    if (request->seed != NULL && request->sample == NULL)
        return fail(why, ERR_INPUT, "power: --seed is for --sample N");
    if (asked->sample > 0 && (request->unions.count > 0 || request->list ||
                              request->abstain || request->svg))
        return fail(why, ERR_INPUT,
                    "power: --sample estimates the indices alone; leave "
                    "--union, --list, --abstain and --svg out");
    asked->list = (size_t)list;
    asked->abstain = request->abstain;
    return ERR_NONE;
}

/* --- unions --------------------------------------------------------------- */

/* "nordic=DK,EE,FI" */
static enum err read_union(struct cli *cli, const struct subject *subject,
                           const char *text, struct power_union *to,
                           struct why *why)
{
    struct slice rest = slice_of(text), name, code;

    if (!slice_cut(&rest, '=', &name) || !text_is_name(name))
        return fail(why, ERR_INPUT,
                    "power: --union %.80s: expected NAME=MEMBER,MEMBER,...",
                    text);
    to->name = arena_text(cli->arena, name.at, name.len);
    while (rest.len > 0) {
        size_t member;

        if (!slice_cut(&rest, ',', &code)) {
            code = rest;
            rest.len = 0;
        }
        member = roster_find(subject->roster, code);
        if (member == SIZE_MAX)
            return fail(why, ERR_INPUT,
                        "power: --union %s: there is no member '%.*s'",
                        to->name, code.len < 64 ? (int)code.len : 64, code.at);
        set_put(&to->members, member, true);
    }
    return ERR_NONE;
}

static enum err read_unions(struct cli *cli, const struct request *request,
                            const struct subject *subject,
                            struct power_request *asked, struct why *why)
{
    struct power_union *unions =
        arena_new(cli->arena, request->unions.count, sizeof *unions);

    if (request->unions.count > POWER_UNIONS_MAX)
        return fail(why, ERR_LIMIT, "power: at most %d unions",
                    POWER_UNIONS_MAX);
    for (size_t i = 0; i < request->unions.count; i++)
        TRY(read_union(cli, subject, request->unions.item[i], &unions[i], why));
    asked->unions = unions;
    asked->unions_count = request->unions.count;
    return ERR_NONE;
}

/* --- the rule and its members --------------------------------------------- */

static enum err read_files(const struct request *request,
                           struct subject *subject, struct why *why)
{
    TRY(rule_read(request->rule, request->name, &subject->own, why));
    TRY(roster_read(request->members, &subject->roster, why));
    TRY(columns_as_charter(request->rule, subject->roster, why));
    return program_compile(subject->own, subject->roster, NULL,
                           &subject->program, why);
}

static const struct rule *charter_rule_named(const struct charter *charter,
                                             const char *name)
{
    for (size_t i = 0; i < charter->rules; i++)
        if (strcmp(charter->rule[i].name, name) == 0)
            return charter->rule[i].rule;
    return NULL;
}

static enum err no_such_rule(const struct charter *charter, const char *name,
                             struct why *why)
{
    struct buf names = {0};

    for (size_t i = 0; i < charter->rules; i++)
        buf_addf(&names, "%s%s", i > 0 ? ", " : "", charter->rule[i].name);
    fail(why, ERR_ABSENT,
         "the charter has no rule '%.64s'; it has %s. For a file, give "
         "--members M.csv",
         name, buf_text(&names));
    buf_clear(&names);
    return ERR_ABSENT;
}

static enum err read_charter(struct cli *cli, const struct request *request,
                             struct subject *subject, struct why *why)
{
    struct member_set participating;
    const struct rule *rule;

    if (request->name != NULL)
        return fail(why, ERR_INPUT,
                    "power: --rule names a rule of a file, and --members "
                    "M.csv its members");
    TRY(desk_open(cli, SESSION_READ, &subject->desk, why));
    subject->has_desk = true;
    if (subject->desk.charter == NULL)
        return fail(why, ERR_STATE, "the coalition has no charter");
    rule = charter_rule_named(subject->desk.charter, request->rule);
    if (rule == NULL)
        return no_such_rule(subject->desk.charter, request->rule, why);
    subject->roster = roster_open();
    TRY(tally_assembly(subject->desk.state, subject->desk.charter, rule,
                       subject->roster, &participating, why));
    return program_compile(rule, subject->roster, &participating,
                           &subject->program, why);
}

static void clear_subject(struct subject *subject)
{
    program_close(subject->program);
    roster_close(subject->roster);
    rule_close(subject->own);
    if (subject->has_desk)
        desk_close(&subject->desk);
}

/* --- answering ------------------------------------------------------------ */

static void print_head(struct cli *cli, const struct subject *subject)
{
    const struct rule *rule = subject->program->rule;
    const char *head = rule->title[0] != '\0' ? rule->title : rule->name;

    if (head[0] == '\0')
        head = "Power";
    if (subject->has_desk)
        desk_head(cli, &subject->desk, "%s", head);
    else
        term_print(cli->out, INK_BOLD, "%s\n", head);
    if (rule->law[0] != '\0')
        fprintf(cli->out, "%s\n", rule->law);
}

static void print_report(struct cli *cli, const struct request *request,
                         const struct subject *subject,
                         const struct power_report *report)
{
    struct buf text = {0};

    if (cli->json && subject->has_desk) {
        desk_print_json(cli, &subject->desk, power_json(report));
    } else if (cli->json) {
        cli_print_json(cli, power_json(report));
    } else if (request->csv) {
        power_csv(report, &text);
        fputs(buf_text(&text), cli->out);
    } else {
        print_head(cli, subject);
        power_tell(cli, report);
    }
    buf_clear(&text);
}

static enum err answer(struct cli *cli, const struct request *request,
                       struct subject *subject, struct why *why)
{
    struct power_request asked = {0};
    struct power_report report = {0};
    struct power *power;
    enum err err = ERR_NONE;

    TRY(read_numbers(cli, request, &asked, why));
    TRY(request->members != NULL ? read_files(request, subject, why)
                                 : read_charter(cli, request, subject, why));
    TRY(read_unions(cli, request, subject, &asked, why));
    TRY(power_measure(subject->program, &asked, &power, why));
    report.program = subject->program;
    report.power = power;
    report.unions = asked.unions;
    report.unions_count = asked.unions_count;
    report.weight = request->weight;
    if (request->svg != NULL)
        err = power_draw(&report, request->svg, why);
    if (err == ERR_NONE)
        print_report(cli, request, subject, &report);
    power_close(power);
    return err;
}

int cmd_power(struct cli *cli, int argc, char **argv)
{
    struct request request = {0};
    struct subject subject = {0};
    struct why why = {0};
    int status;

    if (power_part(cli, argc, argv, &status))
        return status;
    status = read_request(cli, argc, argv, &request);
    if (status != OPTIONS_GO_ON)
        return status;
    status = answer(cli, &request, &subject, &why) == ERR_NONE
                 ? 0
                 : cli_fail(cli, &why);
    clear_subject(&subject);
    return status;
}
