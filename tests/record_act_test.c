#include "record/act.h"
#include "record/entry.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static const char TEXT[] =
    "willing.example/act/v1\n"
    "by: FR/delegate\n"
    "kind: ballot\n"
    "nonce: 412\n"
    "seen: 1284 CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "expires: 2026-12-01T00:00:00Z\n"
    "\n"
    "{\"position\":\"yes\",\"proposal\":\"2026-014\"}\n";

static struct key *make_key(const char *name, enum key_type type, uint8_t seed)
{
    uint8_t bytes[KEY_SEED_BYTES] = {seed};
    struct key *key = NULL;

    NEED(key_from_seed(slice_of(name), type, bytes, &key, NULL) == ERR_NONE);
    return key;
}

static void sign(struct buf *act, const char *name, uint8_t seed)
{
    struct key *key = make_key(name, KEY_ED25519, seed);
    struct why why;

    CHECK_OK(act_sign(act, key, &why), why);
    key_close(key);
}

TEST(act_is_written_signed_and_read_back)
{
    json_t *body =
        json_pack("{s:s,s:s}", "proposal", "2026-014", "position", "yes");
    struct act_draft draft = {
        .coalition = "willing.example",
        .by = "FR/delegate",
        .kind = "ballot",
        .nonce = 412,
        .seen_size = 1284,
        .has_expires = true,
        .body = body,
    };
    struct buf bytes = {0};
    struct hash id = hash_bytes(TEXT, sizeof TEXT - 1);
    struct act act;
    struct why why;
    json_t *read;

    NEED(
        hash_from_text(slice_of("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="),
                       &draft.seen_root));
    NEED(when_parse(slice_of("2026-12-01"), &draft.expires, NULL) == ERR_NONE);
    CHECK_OK(act_format(&draft, &bytes, &why), why);
    CHECK_TEXT(buf_text(&bytes), TEXT);
    sign(&bytes, "willing.example/FR/delegate", 1);
    CHECK_OK(act_parse(bytes.data, bytes.len, &act, &why), why);
    CHECK(slice_is(act.coalition, "willing.example"));
    CHECK(slice_is(act.by, "FR/delegate"));
    CHECK(slice_is(act.by_state, "FR") && slice_is(act.by_role, "delegate"));
    CHECK(slice_is(act.kind, "ballot"));
    CHECK_INT(act.nonce, 412);
    CHECK_INT(act.seen_size, 1284);
    CHECK(hash_same(&act.seen_root, &draft.seen_root));
    CHECK(act.has_expires && act.expires.s == draft.expires.s);
    CHECK(slice_is(act.text, TEXT));
    CHECK(hash_same(&act.id, &id));
    CHECK_INT(act.count, 1);
    CHECK_OK(act_body(&act, &read, &why), why);
    CHECK(json_equal(read, body));
    json_decref(read);
    json_decref(body);
    buf_clear(&bytes);
}

TEST(act_cosigned_elsewhere_has_its_signatures_sorted_by_name)
{
    struct key *key = make_key("willing.example/FR/minister", KEY_ED25519, 2);
    struct buf bytes = {0};
    struct act act;
    struct why why;

    buf_add_text(&bytes, TEXT);
    sign(&bytes, "willing.example/FR/minister", 2);
    sign(&bytes, "willing.example/FR/delegate", 1);
    sign(&bytes, "willing.example/DE/delegate", 3);
    CHECK_OK(act_parse(bytes.data, bytes.len, &act, &why), why);
    CHECK_INT(act.count, 3);
    CHECK(slice_is(act.signature[0].by, "DE/delegate"));
    CHECK(slice_is(act.signature[1].by, "FR/delegate"));
    CHECK(slice_is(act.signature[2].name, "willing.example/FR/minister"));
    CHECK(act_is_signed_by(&act, 2, key_vkey(key)));
    CHECK(!act_is_signed_by(&act, 1, key_vkey(key)));
    CHECK(!act_is_signed_by(&act, 3, key_vkey(key)));
    CHECK_WHY(act_sign(&bytes, key, &why), ERR_STATE, why, "already");
    key_close(key);
    buf_clear(&bytes);
}

TEST(act_is_signed_by_keys_of_its_coalition_only)
{
    static const struct {
        const char *name;
        enum key_type type;
    } keys[] = {
        {"other.example/FR/delegate", KEY_ED25519},
        {"willing.example", KEY_ED25519},
        {"willing.example/FR", KEY_ED25519},
        {"willing.example/FR/delegate/2", KEY_ED25519},
        {"willing.example/FR/delegate", KEY_COSIGNATURE},
    };
    struct buf bytes = {0};
    struct why why;

    buf_add_text(&bytes, TEXT);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct key *key = make_key(keys[i].name, keys[i].type, 1);
        CHECK_WHY(act_sign(&bytes, key, &why), ERR_INPUT, why,
                  "willing.example/<state>/<role>");
        CHECK_TEXT(buf_text(&bytes), TEXT);
        key_close(key);
    }
    buf_clear(&bytes);
}

/* Replace the first `from` in TEXT by `to`. */
static void change(struct buf *out, const char *from, const char *to)
{
    const char *at = strstr(TEXT, from);

    NEED(at != NULL);
    buf_reset(out);
    buf_add(out, TEXT, (size_t)(at - TEXT));
    buf_add_text(out, to);
    buf_add_text(out, at + strlen(from));
}

TEST(act_with_a_wrong_line_is_refused_by_its_number)
{
    static const struct {
        const char *from, *to, *why;
    } cases[] = {
        {"willing.example/act/v1", "willing.example/act/v2", "line 1"},
        {"willing.example/act", "/act", "line 1"},
        {"willing.example/act", "will ing/act", "line 1"},
        {"by: FR/delegate", "by: FR", "line 2"},
        {"by: FR/delegate", "by: FR/delegate/x", "line 2"},
        {"by: FR/delegate", "By: FR/delegate", "line 2"},
        {"by: FR/delegate\n", "", "line 2"},
        {"kind: ballot", "kind: ", "line 3"},
        {"kind: ballot", "kind:  ballot", "line 3"},
        {"nonce: 412", "nonce: 0412", "line 4"},
        {"nonce: 412", "nonce: -1", "line 4"},
        {"nonce: 412", "nonce: 9007199254740992", "line 4"},
        {"nonce: 412\n", "nonce: 412\r\n", "control"},
        {"seen: 1284 ", "seen: 1284", "line 5"},
        {"seen: 1284 C", "seen: 1284 D=", "line 5"},
        {"expires: 2026-12-01T00:00:00Z", "expires: 2026-12-01", "line 6"},
        {"expires: 2026-12-01T00:00:00Z", "expires: 2026-13-01T00:00:00Z",
         "line 6"},
        {"expires: ", "until: ", "line 6"},
        {"Z\n\n{", "Z\n{", "line 7"},
        {"Z\n\n{", "Z\n\n[", "line 8"},
        {"Z\n\n{", "Z\n\n\n{", "line 8"},
        {"}\n", "}", "line 8"},
        {",", ",\n\n", "line 8"},
        {"yes",
         "y\xc3"
         "es",
         "UTF-8"},
    };
    struct buf bytes = {0};
    struct act act;
    struct why why;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        change(&bytes, cases[i].from, cases[i].to);
        CHECK_WHY(act_parse_text(bytes.data, bytes.len, &act, &why), ERR_INPUT,
                  why, cases[i].why);
    }
    change(&bytes, "expires: 2026-12-01T00:00:00Z\n", "");
    CHECK_OK(act_parse_text(bytes.data, bytes.len, &act, &why), why);
    CHECK(!act.has_expires);
    buf_clear(&bytes);
}

TEST(act_with_unsorted_doubled_or_foreign_signatures_is_refused)
{
    uint8_t signature[KEY_SIGNATURE_BYTES] = {1};
    static const struct {
        const char *one, *two, *why;
        size_t len;
    } cases[] = {
        {"willing.example/FR/b", "willing.example/FR/a", "line 2", 64},
        {"willing.example/FR/a", "willing.example/FR/a", "line 2", 64},
        {"willing.example/FR/a", "other.example/FR/b", "line 2", 64},
        {"willing.exampleX/FR/a", "willing.example/FR/b", "line 1", 64},
        {"willing.example/FR/a", "willing.example/FR/b", "line 1", 63},
    };
    struct buf bytes = {0};
    struct act act;
    struct why why;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_reset(&bytes);
        buf_add_text(&bytes, TEXT);
        buf_add_byte(&bytes, '\n');
        note_add_line(&bytes, cases[i].one, 1, signature, cases[i].len);
        note_add_line(&bytes, cases[i].two, 1, signature, cases[i].len);
        CHECK_WHY(act_parse(bytes.data, bytes.len, &act, &why), ERR_INPUT, why,
                  cases[i].why);
    }
    buf_clear(&bytes);
}

TEST(act_body_is_strict_json)
{
    static const char *const bodies[] = {
        "{\"a\":1,\"a\":2}",
        "{\"a\":1.5}",
        "{\"a\":9007199254740992}",
        "{\"a\"",
        "{} {}",
        "{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}"};
    struct buf bytes = {0};
    struct act act;
    struct why why;
    json_t *json;

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        change(&bytes, "{\"position\":\"yes\",\"proposal\":\"2026-014\"}",
               bodies[i]);
        NEED(act_parse_text(bytes.data, bytes.len, &act, &why) == ERR_NONE);
        CHECK(act_body(&act, &json, &why) != ERR_NONE &&
              strstr(why.text, "act, body"));
    }
    buf_clear(&bytes);
}

TEST(act_at_the_limit_fits_an_entry_and_one_byte_more_is_refused)
{
    struct buf bytes = {0}, out = {0};
    struct act act;
    struct entry entry = {.coalition = slice_of("willing.example"),
                          .type = ENTRY_ACT};
    struct why why;
    size_t spare;

    buf_add_text(&bytes, TEXT);
    sign(&bytes, "willing.example/FR/delegate", 1);
    spare = ACT_BYTES_MAX - bytes.len;
    buf_reset(&bytes);
    buf_add_text(&bytes, TEXT);
    while (spare-- > 0) { /* spaces inside the object */
        bytes.data[bytes.len - 2] = ' ';
        bytes.len--;
        buf_add_text(&bytes, "}\n");
    }
    sign(&bytes, "willing.example/FR/delegate", 1);
    CHECK_INT(bytes.len, ACT_BYTES_MAX);
    CHECK_OK(act_parse(bytes.data, bytes.len, &act, &why), why);
    entry.payload = (struct slice){bytes.data, bytes.len};
    CHECK_OK(entry_format(&entry, &out, &why), why);
    CHECK(out.len <= ENTRY_BYTES_MAX);
    struct key *key = make_key("willing.example/FR/minister", KEY_ED25519, 2);
    CHECK_WHY(act_sign(&bytes, key, &why), ERR_LIMIT, why, "65407");
    key_close(key);
    buf_add_byte(&bytes, '\n');
    CHECK_WHY(act_parse(bytes.data, bytes.len, &act, &why), ERR_LIMIT, why,
              "65407");
    buf_clear(&bytes);
    buf_clear(&out);
}

TEST(entry_is_written_and_read_back)
{
    struct entry entry = {.coalition = slice_of("willing.example"),
                          .type = ENTRY_NOTIFICATION,
                          .payload = slice_of("{\"kind\":\"adopted\"}\n")};
    struct entry again;
    struct buf bytes = {0};
    struct why why;
    json_t *json;

    NEED(when_parse(slice_of("2026-11-20T08:15:00Z"), &entry.time, NULL) ==
         ERR_NONE);
    CHECK_OK(entry_format(&entry, &bytes, &why), why);
    CHECK_TEXT(buf_text(&bytes), "willing.example/entry/v1\n"
                                 "time: 2026-11-20T08:15:00Z\n"
                                 "type: notification\n\n"
                                 "{\"kind\":\"adopted\"}\n");
    CHECK_OK(entry_parse(bytes.data, bytes.len, &again, &why), why);
    CHECK_INT(again.time.s, entry.time.s);
    CHECK(again.type == ENTRY_NOTIFICATION);
    CHECK_OK(entry_notification(&again, &json, &why), why);
    CHECK_TEXT(json_text(json, "kind"), "adopted");
    json_decref(json);
    buf_clear(&bytes);
}

TEST(entry_that_is_malformed_names_its_line)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "line 1"},
        {"willing.example/entry/v2\n", "line 1"},
        {"a/entry/v1\ntime: 2026-11-20\n", "line 2"},
        {"a/entry/v1\ntime: 2026-11-20T08:15:00Z\ntype: rumour\n\nx", "line 3"},
        {"a/entry/v1\ntime: 2026-11-20T08:15:00Z\ntype: act\nx", "line 4"},
        {"a/entry/v1\ntime: 2026-11-20T08:15:00Z\ntype: act\n\n", "line 5"},
        {"a/entry/v1\ntime: 2026-11-20T08:15:00Z\ntype: notification\n\n{}",
         "line 5"},
        {"a/entry/v1\ntime: 2026-11-20T08:15:00Z\ntype: notification\n\n{}\n\n",
         "line 5"},
    };
    struct entry entry;
    struct why why;
    json_t *json;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_WHY(
            entry_parse(cases[i].text, strlen(cases[i].text), &entry, &why),
            ERR_INPUT, why, cases[i].why);
    static const char loose[] = "a/entry/v1\ntime: 2026-11-20T08:15:00Z\n"
                                "type: notification\n\n{\"b\":1, \"a\":2}\n";
    CHECK_OK(entry_parse(loose, sizeof loose - 1, &entry, &why), why);
    CHECK_WHY(entry_notification(&entry, &json, &why), ERR_INPUT, why,
              "canonical");
}
