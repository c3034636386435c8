#include "power_fixture.h"

#include "base/text.h"
#include "base/value.h"
#include "test.h"

#include <string.h>

static char text[8192];

static enum err parse_rule(const char *yaml, struct rule **rule,
                           struct why *why)
{
    struct document *document;
    const struct value *root;
    enum err err;

    TRY(document_parse("rule", yaml, strlen(yaml), &document, &root, why));
    err = rule_parse(root, "test", rule, why);
    document_close(document);
    return err;
}

static void measure(struct measured *measured,
                    const struct power_request *request)
{
    if (measured->err == ERR_NONE)
        measured->err = program_compile(measured->rule, measured->roster, NULL,
                                        &measured->program, &measured->why);
    if (measured->err == ERR_NONE)
        measured->err = power_measure(measured->program, request,
                                      &measured->power, &measured->why);
}

void measure_text(struct measured *measured, const char *rule,
                  const char *members, const struct power_request *request)
{
    memset(measured, 0, sizeof *measured);
    measured->err = parse_rule(rule, &measured->rule, &measured->why);
    if (measured->err == ERR_NONE)
        measured->err = roster_parse("members", members, strlen(members),
                                     &measured->roster, &measured->why);
    measure(measured, request);
}

void measure_file(struct measured *measured, const char *rule,
                  const char *members, const struct power_request *request)
{
    struct buf path = {0};

    memset(measured, 0, sizeof *measured);
    buf_addf(&path, "data/rules/%s.yaml", rule);
    measured->err =
        rule_read(buf_text(&path), NULL, &measured->rule, &measured->why);
    if (measured->err == ERR_NONE)
        measured->err = roster_read(members, &measured->roster, &measured->why);
    buf_clear(&path);
    measure(measured, request);
}

void measure_game(struct measured *measured, const char *game,
                  const struct power_request *request)
{
    struct slice rest = slice_of(game), part;
    struct buf rule = {0}, members = {0};
    size_t count = 0;

    slice_cut(&rest, ':', &part);
    buf_addf(&rule, "{sum: w, ge: %.*s}", (int)part.len, part.at);
    buf_add_text(&members, "code,w\n");
    while (rest.len > 0) {
        if (!slice_cut(&rest, ' ', &part)) {
            part = rest;
            rest.len = 0;
        }
        if (part.len > 0)
            buf_addf(&members, "A%zu,%.*s\n", count++, (int)part.len, part.at);
    }
    measure_text(measured, buf_text(&rule), buf_text(&members), request);
    buf_clear(&rule);
    buf_clear(&members);
}

void measured_clear(struct measured *measured)
{
    power_close(measured->power);
    program_close(measured->program);
    rule_close(measured->rule);
    roster_close(measured->roster);
    memset(measured, 0, sizeof *measured);
}

const char *measured_swings(const struct measured *measured)
{
    const struct power *power = measured->power;
    int len;

    if (power == NULL)
        return measured->why.text;
    len = gmp_snprintf(text, sizeof text, "W %Zd;", power->winning);
    for (size_t i = 0; i < power->members && len < (int)sizeof text; i++)
        len += gmp_snprintf(text + len, sizeof text - (size_t)len, " %Zd",
                            power->index[i].swings);
    return text;
}

const char *measured_shapley(const struct measured *measured)
{
    const struct power *power = measured->power;
    int len = 0;

    if (power == NULL)
        return measured->why.text;
    for (size_t i = 0; i < power->members && len < (int)sizeof text; i++)
        len += gmp_snprintf(text + len, sizeof text - (size_t)len, "%s%Qd",
                            i > 0 ? " " : "", power->index[i].shapley);
    return text;
}

const struct power_index *measured_of(const struct measured *measured,
                                      const char *code)
{
    size_t member = roster_find(measured->roster, slice_of(code));

    for (size_t i = 0; measured->power && i < measured->power->members; i++)
        if (measured->power->index[i].member == member)
            return &measured->power->index[i];
    CHECK(!"no such member");
    test_leave();
}
