#include "cli/founders.h"

#include "base/csv.h"
#include "base/json.h"
#include "base/ratio.h"
#include "rule/roster.h"

#include <string.h>

enum column_use { USE_NOTHING, USE_WEIGHT, USE_GROUP, USE_TEXT };

struct columns {
    enum column_use use[CSV_COLUMNS_MAX];
    size_t code;
    size_t name;
};

static bool is_decimal(struct slice text)
{
    __int128 units;
    int places;

    return decimal_parse(text, &units, &places, NULL) == ERR_NONE;
}

static bool is_bit(struct slice text)
{
    return slice_is(text, "0") || slice_is(text, "1");
}

static bool is_needed_weight(const struct charter *charter, const char *column)
{
    for (size_t i = 0; i < charter->weights; i++)
        if (strcmp(charter->weight[i].column, column) == 0)
            return true;
    return false;
}

/* What each column can be, from all its cells: a group until a cell is not 0
 * or 1, then a weight until one is no decimal. */
static enum err classify(struct csv *csv, const struct charter *charter,
                         struct columns *columns, struct why *why)
{
    bool more;

    for (size_t i = 0; i < charter->weights; i++)
        if (csv_find(csv, charter->weight[i].column) == SIZE_MAX)
            return csv_fail(csv, SIZE_MAX, why, ERR_INPUT,
                            "expected a column '%s' for the charter's weight "
                            "'%s'",
                            charter->weight[i].column, charter->weight[i].name);
    for (size_t i = 0; i < csv_columns(csv); i++)
        columns->use[i] =
            is_needed_weight(charter, csv_column(csv, i)) ? USE_WEIGHT
            : text_is_name(slice_of(csv_column(csv, i)))  ? USE_GROUP
                                                          : USE_NOTHING;
    columns->code = csv_find(csv, "code");
    columns->name = csv_find(csv, "name");
    if (columns->code == SIZE_MAX || columns->name == SIZE_MAX)
        return csv_fail(csv, SIZE_MAX, why, ERR_INPUT,
                        "expected the columns 'code' and 'name'");
    columns->use[columns->code] = columns->use[columns->name] = USE_TEXT;
    if (csv_find(csv, "english") != SIZE_MAX)
        columns->use[csv_find(csv, "english")] = USE_TEXT;
    for (;;) {
        TRY(csv_next(csv, &more, why));
        if (!more)
            return ERR_NONE;
        for (size_t i = 0; i < csv_columns(csv); i++) {
            struct slice cell = csv_field(csv, i);

            if (columns->use[i] == USE_GROUP && !is_bit(cell))
                columns->use[i] = USE_WEIGHT;
            if (columns->use[i] != USE_WEIGHT || is_decimal(cell))
                continue;
            if (is_needed_weight(charter, csv_column(csv, i)))
                return csv_fail(csv, i, why, ERR_INPUT,
                                "expected a decimal: the charter uses it as a "
                                "weight");
            columns->use[i] = USE_NOTHING;
        }
    }
}

static enum err read_member(struct csv *csv, const struct columns *columns,
                            json_t *members, struct why *why)
{
    json_t *member = json_object();
    json_t *weights = json_object();
    json_t *groups = json_array();

    json_array_append_new(members, member);
    for (size_t i = 0; i < csv_columns(csv); i++) {
        struct slice cell = csv_field(csv, i);
        const char *column = csv_column(csv, i);

        if (columns->use[i] == USE_TEXT && cell.len > 0)
            json_set_text(member, column, cell.at);
        else if (columns->use[i] == USE_WEIGHT)
            json_set_text(weights, column, cell.at);
        else if (columns->use[i] == USE_GROUP && slice_is(cell, "1"))
            json_array_append_new(groups, json_string(column));
    }
    json_set_new(member, "weights", weights);
    json_set_new(member, "groups", groups);
    if (!text_is_name(csv_field(csv, columns->code)))
        return csv_fail(csv, columns->code, why, ERR_INPUT,
                        "expected letters and digits");
    if (csv_field(csv, columns->name).len == 0)
        return csv_fail(csv, columns->name, why, ERR_INPUT, "expected a name");
    return ERR_NONE;
}

static enum err read_members(struct csv *csv, const struct columns *columns,
                             json_t *members, struct why *why)
{
    bool more;

    for (;;) {
        TRY(csv_next(csv, &more, why));
        if (!more)
            return ERR_NONE;
        if (json_array_size(members) == ROSTER_MEMBERS_MAX)
            return csv_fail(csv, SIZE_MAX, why, ERR_LIMIT,
                            "more than %d members", ROSTER_MEMBERS_MAX);
        TRY(read_member(csv, columns, members, why));
    }
}

enum err founders_read(const char *path, const struct charter *charter,
                       json_t **members, struct why *why)
{
    struct columns columns = {.code = 0};
    struct csv *csv;
    json_t *list;
    enum err err;

    TRY(csv_open_file(path, &csv, why));
    err = classify(csv, charter, &columns, why);
    csv_close(csv);
    TRY(err);

    TRY(csv_open_file(path, &csv, why));
    list = json_array();
    err = read_members(csv, &columns, list, why);
    csv_close(csv);
    if (err != ERR_NONE) {
        json_decref(list);
        return err;
    }
    *members = list;
    return ERR_NONE;
}
