#include "base/json.h"
#include "test.h"

#include <string.h>

static enum err parse(const char *text, json_t **json, struct why *why)
{
    return json_parse(text, strlen(text), json, why);
}

TEST(an_act_body_is_read_and_written)
{
    json_t *json = NULL;
    struct why why;

    NEED(CHECK_OK(parse("{ \"b\": [1, true, null], \"a\": \"é/\\u000a\",\n"
                        "\"m\": {} }\n",
                        &json, &why),
                  why));
    char *compact = json_compact(json);
    char *canonical = json_canonical(json);
    CHECK_TEXT(compact, "{\"b\":[1,true,null],\"a\":\"é/\\n\",\"m\":{}}");
    CHECK_TEXT(canonical, "{\"a\":\"é/\\n\",\"b\":[1,true,null],\"m\":{}}");
    mem_free(compact);
    mem_free(canonical);
    json_decref(json);
}

TEST(json_outside_the_subset_is_refused)
{
    const char *bad[] = {
        "",
        "[]",
        "1",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"a\":1.0}",
        "{\"a\":1e2}",
        "{\"a\":-0.5}",
        "{\"a\":[{\"b\":0.1}]}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\xFF\"}",
        "{\"a\":\"\xED\xA0\x80\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":1} x",
        "{\"a\":1}{}",
        "{\"a\":1,}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":99999999999999999999}",
        "{\"a\":\"\n\"}",
    };
    json_t *json = NULL;
    struct why why;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_WHY(parse(bad[i], &json, &why), ERR_INPUT, why, "JSON");
    CHECK_INT(json_parse("{\"a\":1}\0", 8, &json, &why), ERR_INPUT);
    CHECK_INT(json_parse("{\"\0\":1}", 7, &json, &why), ERR_INPUT);
    CHECK(json == NULL);
}

TEST(json_numbers_end_below_two_to_the_53)
{
    json_t *json = NULL;
    struct why why;

    CHECK_INT(parse("{\"a\":9007199254740992}", &json, &why), ERR_LIMIT);
    CHECK_TEXT(why.text, "JSON: a: a number beyond 2^53");
    CHECK_INT(parse("{\"a\":{\"b\":[1,2.5]}}", &json, &why), ERR_INPUT);
    CHECK_TEXT(why.text, "JSON: a: b: 1: only whole numbers are allowed");
    CHECK_INT(parse("{\"a\":-9007199254740992}", &json, &why), ERR_LIMIT);
    CHECK(json == NULL);
    NEED(CHECK_OK(
        parse("{\"a\":9007199254740991,\"b\":-9007199254740991}", &json, &why),
        why));
    CHECK_INT(json_int(json, "a", 0), 9007199254740991);
    CHECK_INT(json_int(json, "b", 0), -9007199254740991);
    json_decref(json);
}

static enum err parse_nested(int depth, json_t **json, struct why *why)
{
    struct buf text = {0};

    buf_add_text(&text, "{\"a\":");
    for (int i = 1; i < depth; i++)
        buf_add_byte(&text, '[');
    buf_add_byte(&text, '1');
    for (int i = 1; i < depth; i++)
        buf_add_byte(&text, ']');
    buf_add_byte(&text, '}');
    /* depth 1 has "1" in the object, which is no level of its own */
    enum err err = parse(buf_text(&text), json, why);
    buf_clear(&text);
    return err;
}

TEST(json_nests_sixteen_deep_and_no_deeper)
{
    json_t *json = NULL;
    struct why why;

    CHECK_WHY(parse_nested(17, &json, &why), ERR_LIMIT, why,
              "nested deeper than 16");
    CHECK_INT(parse_nested(5000, &json, &why), ERR_INPUT);
    CHECK(json == NULL);
    NEED(CHECK_OK(parse_nested(16, &json, &why), why));
    json_decref(json);
}

TEST(getters_answer_for_what_is_not_there)
{
    json_t *json = json_object();
    json_t *list = json_array();

    json_set_text(json, "t", "text");
    json_set_text(json, "bad",
                  "a\xFF"
                  "b");
    json_set_text(json, "none", NULL);
    json_set_int(json, "n", -7);
    json_set_flag(json, "yes", true);
    json_set_new(json, "l", list);
    json_set_new(json, "m", json_object());
    CHECK_TEXT(json_text(json, "t"), "text");
    CHECK_TEXT(json_text(json, "bad"), "a?b");
    CHECK(json_is_null(json_object_get(json, "none")));
    CHECK(json_text(json, "n") == NULL && json_text(json, "absent") == NULL);
    CHECK_INT(json_int(json, "n", 1), -7);
    CHECK_INT(json_int(json, "t", 1), 1);
    CHECK(json_flag(json, "yes") && !json_flag(json, "t"));
    CHECK(json_list(json, "l") == list && json_list(json, "m") == NULL);
    CHECK(json_map(json, "m") && json_map(json, "l") == NULL);
    CHECK(json_text(NULL, "t") == NULL && json_int(list, "t", 3) == 3);
    json_decref(json);
}
