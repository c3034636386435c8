#include "cli/columns.h"

#include "base/mem.h"
#include "base/ratio.h"
#include "base/value.h"

#include <string.h>

/* `{population: population_2024}`: one column under another name. */
static enum err name_weight(const struct value *weight, struct roster *roster,
                            struct why *why)
{
    const size_t members = roster_count(roster);
    __int128 *units = mem_new(members, sizeof *units);
    struct buf text = {0};
    int places;
    enum err err = roster_weight(roster, weight->text, units, &places, why);

    for (size_t i = 0; i < members && err == ERR_NONE; i++) {
        buf_reset(&text);
        decimal_format(units[i], places, &text);
        err = roster_set_weight(roster, weight->key, i, buf_text(&text), why);
    }
    if (err != ERR_NONE)
        fail_within(why, err, "weight %.64s of the charter", weight->key);
    buf_clear(&text);
    mem_free(units);
    return err;
}

static enum err name_columns(const struct value *charter, struct roster *roster,
                             struct why *why)
{
    const struct value *weights = value_at(charter, "weights");
    const struct value *groups = value_at(charter, "groups");
    const struct member_set nobody = {{0}};

    for (size_t i = 0; weights != NULL && i < weights->count; i++)
        if (weights->item[i]->kind == VALUE_TEXT && weights->item[i]->key &&
            roster_has_column(roster, weights->item[i]->text) &&
            !roster_has_column(roster, weights->item[i]->key))
            TRY(name_weight(weights->item[i], roster, why));
    for (size_t i = 0; groups != NULL && i < groups->count; i++)
        if (groups->item[i]->kind == VALUE_TEXT &&
            !roster_has_column(roster, groups->item[i]->text))
            TRY(roster_set_group(roster, groups->item[i]->text, &nobody, why));
    if (!roster_has_column(roster, "subject"))
        TRY(roster_set_group(roster, "subject", &nobody, why));
    return ERR_NONE;
}

enum err columns_as_charter(const char *path, struct roster *roster,
                            struct why *why)
{
    struct document *document;
    const struct value *root;
    enum err err = ERR_NONE;

    if (strcmp(path, "-") == 0) /* it has been read, for the rule */
        return ERR_NONE;
    TRY(document_read(path, &document, &root, why));
    if (value_at(root, "matters") != NULL)
        err = name_columns(root, roster, why);
    document_close(document);
    return err;
}
