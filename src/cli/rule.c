/*
 * rule.c - entente rule: try, check and list decision rules, without a log.
 *
 * `try` answers what an outcome would be, so it ends with 0 whatever the
 * outcome is; `check` ends with 1 when the rule is not fit for a charter.
 */
#include "base/json.h"
#include "base/mem.h"
#include "base/table.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/options.h"
#include "rule/check.h"
#include "rule/evaluate.h"
#include "rule/explain.h"
#include "rule/roster.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct request {
    const char *what; /* try, check, list */
    const char *file, *rule, *members, *votes;
    bool closed;
};

/* What a command works on, read and compiled. */
struct subject {
    struct roster *roster;
    struct rule *rule;
    struct rule_program *program;
    enum position *position;
};

/* OPTIONS_GO_ON, or the exit status. */
static int read_request(struct cli *cli, int argc, char **argv,
                        struct request *request)
{
    struct options options = {0};
    struct words rest;
    int status;

    options_text(&options, "rule", "NAME", &request->rule,
                 "which rule of the file");
    options_text(&options, "members", "M.csv", &request->members,
                 "members: code, weights, groups");
    options_text(&options, "votes", "V.csv", &request->votes,
                 "positions: code,position (try)");
    options_flag(&options, "closed", &request->closed, "end the vote (try)");
    status = options_read(cli, &options, argc, argv, 1, 2, &rest);
    if (status != OPTIONS_GO_ON)
        return status;
    request->what = rest.item[0];
    request->file = rest.count > 1 ? rest.item[1] : NULL;
    return OPTIONS_GO_ON;
}

static enum err read_subject(const struct request *request,
                             struct subject *subject, struct why *why)
{
    struct member_set participating = {0};
    size_t members;

    if (request->file == NULL)
        return fail(why, ERR_INPUT, "rule: a file with a rule was expected");
    if (request->members == NULL)
        return fail(why, ERR_INPUT, "rule: --members M.csv was expected");
    TRY(rule_read(request->file, request->rule, &subject->rule, why));
    TRY(roster_read(request->members, &subject->roster, why));
    TRY(columns_as_charter(request->file, subject->roster, why));
    members = roster_count(subject->roster);
    subject->position = mem_new(members, sizeof *subject->position);
    for (size_t i = 0; i < members; i++)
        subject->position[i] = POSITION_SILENT;
    if (request->votes != NULL)
        TRY(votes_read(request->votes, subject->roster, subject->position,
                       why));
    for (size_t i = 0; i < members; i++)
        set_put(&participating, i,
                subject->position[i] != POSITION_OUT &&
                    subject->position[i] != POSITION_SUSPENDED);
    if (set_count(&participating) == 0)
        return fail(why, ERR_INPUT,
                    "%s: position: everybody is out or suspended; at least one "
                    "member who takes part was expected",
                    request->votes);
    return program_compile(subject->rule, subject->roster, &participating,
                           &subject->program, why);
}

static void clear_subject(struct subject *subject)
{
    program_close(subject->program);
    rule_close(subject->rule);
    roster_close(subject->roster);
    mem_free(subject->position);
}

static void print_head(struct cli *cli, const struct rule *rule)
{
    const char *head = rule->title[0] != '\0' ? rule->title : rule->name;

    if (head[0] != '\0')
        term_print(cli->out, INK_BOLD, "%s", head);
    if (rule->law[0] != '\0')
        fprintf(cli->out, "%s%s", head[0] != '\0' ? " - " : "", rule->law);
    if (head[0] != '\0' || rule->law[0] != '\0')
        fputs("\n", cli->out);
}

/* "34 members: 29 yes, 2 no, 3 abstain" */
static void print_positions(struct cli *cli, const struct subject *subject)
{
    size_t members = roster_count(subject->roster), count[POSITION_COUNT] = {0};
    const char *comma = ": ";

    for (size_t i = 0; i < members; i++)
        count[subject->position[i]]++;
    fprintf(cli->out, "%zu members", members);
    for (int p = 0; p < POSITION_COUNT; p++)
        if (count[p] > 0) {
            fprintf(cli->out, "%s%zu %s", comma, count[p],
                    position_word((enum position)p));
            comma = ", ";
        }
    fputs("\n\n", cli->out);
}

static enum err try_rule(struct cli *cli, const struct request *request,
                         struct subject *subject, struct why *why)
{
    struct arena *arena = arena_open();
    struct rule_result result;
    struct buf text = {0};
    enum err err = rule_judge(subject->program, subject->position,
                              request->closed, arena, &result, why);

    if (err == ERR_NONE && cli->json) {
        cli_print_json(cli, explain_json(subject->program, &result));
    } else if (err == ERR_NONE) {
        print_head(cli, subject->rule);
        print_positions(cli, subject);
        explain_clauses(subject->program, &result, &text);
        buf_add_text(&text, "\n");
        explain_outcome(subject->program, &result, &text);
        fputs(buf_text(&text), cli->out);
    }
    buf_clear(&text);
    arena_close(arena);
    return err;
}

static bool check_rule(struct cli *cli, const struct subject *subject)
{
    struct arena *arena = arena_open();
    struct rule_check check;
    struct buf text = {0};

    rule_check(subject->program, arena, &check);
    if (cli->json) {
        cli_print_json(cli, explain_check_json(subject->program, &check));
    } else {
        print_head(cli, subject->rule);
        explain_check(subject->program, &check, &text);
        fputs(buf_text(&text), cli->out);
    }
    buf_clear(&text);
    arena_close(arena);
    return check.fit;
}

/* --- the rules that come with the program -------------------------------- */

/* ENTENTE_DATA/rules, else beside the program: in a checkout data/rules is
 * one or two folders above it, installed it is in share/entente. */
static DIR *open_rules(struct buf *path)
{
    static const char *const near[] = {"/../data/rules", "/../../data/rules",
                                       "/../share/entente/rules"};
    const char *data = getenv("ENTENTE_DATA");
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    DIR *folder = NULL;

    if (data != NULL && data[0] != '\0') {
        buf_addf(path, "%s/rules", data);
        return opendir(buf_text(path));
    }
    program[len > 0 ? len : 0] = '\0';
    if (strrchr(program, '/') != NULL)
        *strrchr(program, '/') = '\0';
    for (size_t i = 0; i < sizeof near / sizeof *near && !folder; i++) {
        buf_reset(path);
        buf_addf(path, "%s%s", program, near[i]);
        folder = opendir(buf_text(path));
    }
    return folder;
}

static bool is_rule_file(const char *name)
{
    size_t len = strlen(name);

    return len > 5 && strcmp(name + len - 5, ".yaml") == 0 && name[0] != '.';
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t read_names(DIR *folder, char ***names)
{
    const struct dirent *entry;
    size_t count = 0;

    *names = NULL;
    while ((entry = readdir(folder)) != NULL)
        if (is_rule_file(entry->d_name)) {
            *names = mem_resize(*names, count + 1, sizeof **names);
            (*names)[count++] =
                mem_copy_text(entry->d_name, strlen(entry->d_name));
        }
    if (count > 0)
        qsort(*names, count, sizeof **names, by_name);
    return count;
}

static void list_rule(const struct rule *rule, const char *path,
                      struct table *table, json_t *list)
{
    json_t *json = json_object();

    table_cell(table, rule->name);
    table_cell(table, rule->title);
    json_set_text(json, "name", rule->name);
    json_set_text(json, "title", rule->title);
    json_set_text(json, "law", rule->law);
    json_set_text(json, "file", path);
    json_array_append_new(list, json);
}

static enum err list_rules(struct cli *cli, struct why *why)
{
    struct buf folder_path = {0}, path = {0};
    DIR *folder = open_rules(&folder_path);
    struct table *table;
    json_t *list;
    char **names;
    size_t count;
    enum err err = ERR_NONE;

    if (folder == NULL) {
        fail(why, ERR_ABSENT,
             "no folder of rules at %s: ENTENTE_DATA may name the folder that "
             "has rules/",
             buf_text(&folder_path));
        buf_clear(&folder_path);
        return ERR_ABSENT;
    }
    count = read_names(folder, &names);
    closedir(folder);
    table = table_open("rule|title");
    list = json_array();
    for (size_t i = 0; i < count; i++) {
        struct rule *rule = NULL;

        buf_reset(&path);
        buf_addf(&path, "%s/%s", buf_text(&folder_path), names[i]);
        if (err == ERR_NONE)
            err = rule_read(buf_text(&path), NULL, &rule, why);
        if (err == ERR_NONE)
            list_rule(rule, buf_text(&path), table, list);
        rule_close(rule);
        mem_free(names[i]);
    }
    if (err == ERR_NONE && cli->json)
        cli_print_json(cli, json_incref(list));
    else if (err == ERR_NONE)
        table_print(table, cli->out);
    table_close(table);
    json_decref(list);
    mem_free(names);
    buf_clear(&path);
    buf_clear(&folder_path);
    return err;
}

int cmd_rule(struct cli *cli, int argc, char **argv)
{
    struct request request = {0};
    struct subject subject = {0};
    struct why why = {0};
    bool fit = true;
    int status = read_request(cli, argc, argv, &request);
    enum err err;

    if (status != OPTIONS_GO_ON)
        return status;
    if (strcmp(request.what, "list") == 0) {
        err = list_rules(cli, &why);
    } else if (strcmp(request.what, "try") == 0) {
        err = read_subject(&request, &subject, &why);
        if (err == ERR_NONE)
            err = try_rule(cli, &request, &subject, &why);
    } else if (strcmp(request.what, "check") == 0) {
        err = read_subject(&request, &subject, &why);
        if (err == ERR_NONE)
            fit = check_rule(cli, &subject);
    } else {
        err = fail(&why, ERR_INPUT,
                   "rule %.40s: try, check or list was "
                   "expected",
                   request.what);
    }
    clear_subject(&subject);
    if (err != ERR_NONE)
        return cli_fail(cli, &why);
    return fit ? 0 : 1;
}
