#include "test.h"

#include "base/file.h"
#include "base/mem.h"
#include "institution/charter.h"

#include <stdio.h>
#include <string.h>

static const char small[] =
    "id: small.example\n" /* 1 */
    "name: Small Council\n"
    "version: 1\n"
    "articles:\n"
    "- {number: \"1\", title: Aims, text: We meet.}\n" /* 5 */
    "- {number: \"2\", title: Force, text: Nobody may.}\n"
    "officers: {ordinary: 1, solemn: 2}\n"
    "treaty:\n"
    "  deposits: 3\n"
    "  delay: 30d\n" /* 10 */
    "  signature: {until: 2026-06-30}\n"
    "  accession: {matter: general}\n"
    "  reservations: {to: [\"2\"], acceptance: 6 months}\n"
    "  amendment: {matter: general, acceptances: 75%, delay: 1 month}\n"
    "presidency: {order: [NO, FR], term: 6 months}\n" /* 15 */
    "representation:\n"
    "  duo: {members: [NO, FR], needs: 1}\n"
    "  chair: {presidency: true}\n"
    "weights: {shares: capital}\n"
    "groups: [affected]\n" /* 20 */
    "rules:\n"
    "  two_thirds: {sum: shares, ge: 2/3}\n"
    "  quiet: {procedure: {silence: 72h}, of: [object], le: 0}\n"
    "matters:\n"
    "  general: {title: General, article: \"1\", rule: two_thirds, period: "
    "2w}\n"
    "  quick: {title: Quick, rule: quiet}\n"
    "  arms: {title: Arms, article: \"2\", reserved: true}\n";

static enum err parse(const char *text, struct charter **charter,
                      struct why *why)
{
    *charter = NULL;
    return charter_parse("small.yaml", text, strlen(text), charter, why);
}

/* Does the small charter, with `find` replaced, fail and say `part`? */
static bool refuses(const char *find, const char *replace, enum err code,
                    const char *part)
{
    const char *at = strstr(small, find);
    struct buf text = {0};
    struct charter *charter;
    struct why why;
    enum err err;
    bool ok;

    if (at == NULL)
        return false;
    buf_add(&text, small, (size_t)(at - small));
    buf_add_text(&text, replace);
    buf_add_text(&text, at + strlen(find));
    err = parse(buf_text(&text), &charter, &why);
    ok = err == code && charter == NULL && strstr(why.text, part) != NULL;
    if (!ok)
        fprintf(stderr, "  %s -> %s: %s\n", find, replace,
                err == ERR_NONE ? "accepted" : why.text);
    charter_close(charter);
    buf_clear(&text);
    return ok;
}

TEST(charter_says_what_its_file_says)
{
    struct charter *charter;
    struct why why;

    NEED(parse(small, &charter, &why) == ERR_NONE);
    CHECK_TEXT(charter->id, "small.example");
    CHECK_INT(charter->version, 1);
    CHECK_INT(charter->articles, 2);
    CHECK_TEXT(charter_article(charter, "2")->title, "Force");
    CHECK(charter_article(charter, "3") == NULL);
    CHECK_INT(charter->officers_ordinary, 1);
    CHECK_INT(charter->officers_solemn, 2);
    CHECK_INT(charter->deposits, 3);
    CHECK_INT(charter->delay.seconds, 30 * 86400);
    CHECK(charter->has_signature_until);
    CHECK_TEXT(charter->matter_admission, "general");
    CHECK(charter->matter_suspension == NULL);
    CHECK(!charter->accession_open && !charter->provisional);
    CHECK_INT(charter->reservables, 1);
    CHECK_INT(charter->tacit.months, 6);
    CHECK(charter->amend_share.num == 3 && charter->amend_share.den == 4);
    CHECK_TEXT(charter->presidency[0], "NO");
    CHECK_INT(charter->presidency_term.months, 6);
    CHECK_INT(charter_representation(charter, "duo")->needs, 1);
    CHECK_INT(charter_representation(charter, "chair")->states, 0);
    CHECK_TEXT(charter->weight[0].column, "capital");
    CHECK(charter_matter(charter, "arms")->reserved);
    CHECK(charter_matter(charter, "arms")->rule == NULL);
    CHECK_TEXT(charter_matter(charter, "general")->rule->name, "two_thirds");
    charter_close(charter);
}

TEST(charter_has_defaults_for_what_it_does_not_say)
{
    struct charter *charter;
    struct why why;

    NEED(parse("{id: a, name: A, version: 2, treaty: {deposits: 1, delay: 0s},"
               " articles: [{number: \"1\", title: T, text: T}],"
               " rules: {r: {gt: 1/2}},"
               " matters: {m: {title: M, rule: r, period: 1d}}}",
               &charter, &why) == ERR_NONE);
    CHECK_INT(charter->officers_ordinary, 1);
    CHECK_INT(charter->officers_solemn, 1);
    CHECK(charter->ballots_change);
    CHECK_INT(charter->proxies_held, 0);
    CHECK_INT(charter->notice.months, 12);
    CHECK_INT(charter->tacit.months, 12);
    CHECK_INT(charter->reservables, 0);
    CHECK(!charter->reservable_all);
    CHECK(!charter->has_signature_until);
    CHECK_INT(charter->presidents, 0);
    charter_close(charter);
}

TEST(charter_gives_silence_its_own_period)
{
    struct charter *charter;
    struct why why;

    NEED(parse(small, &charter, &why) == ERR_NONE);
    CHECK_INT(charter_matter(charter, "quick")->period.seconds, 72 * 3600);
    charter_close(charter);
    CHECK(refuses("rule: quiet", "rule: quiet, period: 2d", ERR_INPUT,
                  "matters.quick.period: rule 'quiet' is a silence procedure"));
}

TEST(charter_names_the_groups_that_a_proposal_may_fill)
{
    struct charter *charter;
    struct why why;

    NEED(parse(small, &charter, &why) == ERR_NONE);
    CHECK(charter_has_group(charter, "affected"));
    CHECK(!charter_has_group(charter, "subject"));
    charter_close(charter);
    CHECK(refuses("[affected]", "[subject]", ERR_INPUT,
                  "'subject' is a group of every proposal"));
}

TEST(charter_names_file_line_and_field_of_an_error)
{
    CHECK(refuses("delay: 30d", "delay: soon", ERR_INPUT,
                  "small.yaml:10: treaty.delay: expected a period such as 72h "
                  "or 12 months"));
    CHECK(refuses("id: small.example", "id: \"not a name\"", ERR_INPUT,
                  "small.yaml:1: id: expected a name"));
    CHECK(refuses("deposits: 3", "deposits: 0", ERR_INPUT, "treaty.deposits"));
    CHECK(refuses("until: 2026-06-30", "until: June", ERR_INPUT,
                  "small.yaml:11: treaty.signature.until: expected a time"));
}

TEST(charter_refuses_a_key_it_does_not_know)
{
    CHECK(refuses("name: Small", "nmae: x\nname: Small", ERR_INPUT, "nmae"));
    CHECK(refuses("deposits: 3", "deposits: 3\n  quorum: 4", ERR_INPUT,
                  "quorum"));
    CHECK(refuses("rule: two_thirds,", "rule: two_thirds, veto: FR,", ERR_INPUT,
                  "veto"));
    CHECK(refuses("solemn: 2", "solemm: 2", ERR_INPUT, "solemm"));
}

TEST(charter_refuses_what_is_named_twice)
{
    CHECK(refuses("number: \"2\"", "number: \"1\"", ERR_INPUT,
                  "there are two articles '1'"));
    CHECK(refuses("  quick:", "  general:", ERR_INPUT, "twice"));
    CHECK(refuses("  quiet:", "  two_thirds:", ERR_INPUT, "twice"));
    CHECK(refuses("[NO, FR], term", "[NO, NO], term", ERR_INPUT,
                  "'NO' is listed twice"));
}

TEST(charter_refuses_a_reference_to_nothing)
{
    CHECK(refuses("article: \"1\", rule", "article: \"9\", rule", ERR_INPUT,
                  "there is no article '9'"));
    CHECK(refuses("rule: two_thirds", "rule: three_thirds", ERR_INPUT,
                  "there is no rule 'three_thirds'"));
    CHECK(refuses("{to: [\"2\"]", "{to: [\"8\"]", ERR_INPUT,
                  "there is no article '8'"));
    CHECK(refuses("accession: {matter: general}", "accession: {matter: none}",
                  ERR_INPUT, "there is no matter 'none'"));
    CHECK(refuses("sum: shares", "sum: population", ERR_INPUT,
                  "weight 'population' is not declared"));
    CHECK(refuses("presidency: {order: [NO, FR], term: 6 months}\n", "",
                  ERR_INPUT, "there is no presidency"));
}

TEST(charter_keeps_reserved_matters_from_votes)
{
    CHECK(refuses("reserved: true", "reserved: true, rule: quiet", ERR_INPUT,
                  "a reserved matter is not put to a vote"));
    CHECK(refuses("accession: {matter: general}", "accession: {matter: arms}",
                  ERR_INPUT, "matter 'arms' is reserved"));
}

TEST(charter_refuses_shares_and_counts_out_of_range)
{
    CHECK(refuses("acceptances: 75%", "acceptances: 3", ERR_INPUT,
                  "expected a share"));
    CHECK(refuses("acceptances: 75%", "acceptances: 101%", ERR_INPUT,
                  "expected a share"));
    CHECK(refuses("acceptances: 75%", "acceptances: 0%", ERR_INPUT,
                  "expected a share"));
    CHECK(refuses("needs: 1", "needs: 3", ERR_INPUT, "needs"));
    CHECK(refuses("solemn: 2", "solemn: 17", ERR_INPUT, "solemn"));
    CHECK(
        refuses("period: 2w", "period: 0s", ERR_INPUT, "longer than nothing"));
    CHECK(refuses("version: 1", "version: -1", ERR_INPUT, "version"));
}

TEST(charter_needs_its_parts)
{
    CHECK(refuses("name: Small Council\n", "", ERR_INPUT, "name"));
    CHECK(refuses("  deposits: 3\n", "", ERR_INPUT, "deposits"));
    CHECK(refuses(", period: 2w", "", ERR_INPUT, "period"));
    CHECK(refuses("rule: two_thirds, ", "", ERR_INPUT, "rule"));
}

TEST(charter_survives_any_text_cut_short)
{
    struct charter *charter;
    struct why why;

    for (size_t len = 0; len < strlen(small); len++) {
        charter = NULL;
        if (charter_parse("cut", small, len, &charter, &why) != ERR_NONE)
            CHECK(charter == NULL && why.text[0] != '\0');
        charter_close(charter);
    }
}

TEST(charter_is_bounded_in_size)
{
    struct buf text = {0};
    struct charter *charter;
    struct why why;

    buf_add_text(&text, "id: a\nname: A\nversion: 1\narticles:\n");
    for (int i = 0; i < 201; i++)
        buf_addf(&text, "- {number: \"%d\", title: T, text: T}\n", i);
    CHECK_WHY(parse(buf_text(&text), &charter, &why), ERR_LIMIT, why,
              "201 items, at most 200");
    while (text.len <= 60000)
        buf_add_text(&text, "# nothing\n");
    CHECK_WHY(parse(buf_text(&text), &charter, &why), ERR_LIMIT, why,
              "at most 60000");
    buf_clear(&text);
}

static void check_example(const char *path, size_t matters)
{
    struct buf text = {0};
    struct charter *charter = NULL;
    struct why why;

    NEED(file_read(path, 1 << 20, &text, &why) == ERR_NONE);
    if (CHECK_OK(charter_parse(path, text.data, text.len, &charter, &why), why))
        CHECK_INT(charter->matters, matters);
    charter_close(charter);
    buf_clear(&text);
}

TEST(charter_of_every_example_is_read)
{
    check_example("examples/willing/charter.yaml", 12);
    check_example("examples/bank/charter.yaml", 7);
    check_example("examples/bank/charter-2.yaml", 7);
}
