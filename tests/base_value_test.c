#include "base/file.h"
#include "base/value.h"
#include "test.h"

#include <string.h>

static struct document *open_document;

static enum err parse_bytes(const char *bytes, size_t len,
                            const struct value **root, struct why *why)
{
    return document_parse("charter.yaml", bytes, len, &open_document, root,
                          why);
}

static const struct value *parse(const char *text)
{
    const struct value *root = NULL;
    struct why why;

    NEED(CHECK_OK(parse_bytes(text, strlen(text), &root, &why), why));
    return root;
}

static void done(void)
{
    document_close(open_document);
    open_document = NULL;
}

static void check_refused(const char *text, enum err code, const char *part)
{
    const struct value *root = NULL;
    struct why why;

    if (!CHECK_WHY(parse_bytes(text, strlen(text), &root, &why), code, why,
                   part) &&
        root)
        done();
    CHECK(root == NULL);
}

TEST(a_document_keeps_text_order_and_lines)
{
    const struct value *root = parse("name: NO\n"
                                     "# a remark\n"
                                     "rules:\n"
                                     "  qmv:\n"
                                     "    all:\n"
                                     "    - {ge: 55%}\n"
                                     "    - {sum: pop, ge: 0x10}\n"
                                     "note: |\n"
                                     "  two\n"
                                     "  lines\n"
                                     "empty:\n"
                                     "quoted: 'yes'\n");
    const struct value *all =
        value_at(value_at(value_at(root, "rules"), "qmv"), "all");

    CHECK_TEXT(value_text_at(root, "name", NULL), "NO");
    CHECK_TEXT(value_text_at(root, "note", NULL), "two\nlines\n");
    CHECK_TEXT(value_text_at(root, "empty", NULL), "");
    CHECK(!value_at(root, "name")->quoted && value_at(root, "quoted")->quoted);
    CHECK(value_at(root, "absent") == NULL && value_at(NULL, "x") == NULL);
    CHECK_TEXT(value_text_at(root, "rules", "otherwise"), "otherwise");
    NEED(all && all->kind == VALUE_LIST && all->count == 2);
    CHECK_INT(all->line, 5);
    CHECK_INT(all->item[1]->line, 7);
    CHECK_TEXT(value_text_at(all->item[1], "ge", NULL), "0x10");
    CHECK_TEXT(all->item[1]->item[0]->key, "sum");
    CHECK(all->item[1]->parent == all && root->parent == NULL);
    done();
}

TEST(an_error_names_file_line_and_field)
{
    struct why why;
    const struct value *root = parse("rules:\n"
                                     "  eu_qmv:\n"
                                     "    all:\n"
                                     "    - {ge: 55%}\n"
                                     "    - {ge: 65%,\n"
                                     "       k: 99}\n");
    const struct value *rule = value_at(value_at(root, "rules"), "eu_qmv");
    const struct value *all = value_at(rule, "all");
    const char *const known[] = {"ge", "sum", NULL};
    const struct value *item;
    int64_t number = 7;

    value_fail(value_at(all->item[1], "ge"), &why, ERR_INPUT, "too %s", "low");
    CHECK_TEXT(why.text, "charter.yaml:5: rules.eu_qmv.all[1].ge: too low");
    CHECK_WHY(value_int(value_at(all->item[1], "k"), 1, 64, &number, &why),
              ERR_INPUT, why,
              "charter.yaml:6: rules.eu_qmv.all[1].k: expected a whole number "
              "from 1 to 64, found \"99\"");
    CHECK_WHY(value_only(all->item[1], known, &why), ERR_INPUT, why,
              "[1].k: unknown here; known are: ge, sum");
    CHECK_WHY(value_need(rule, "law", VALUE_TEXT, &item, &why), ERR_INPUT, why,
              "charter.yaml:2: rules.eu_qmv: law is missing");
    CHECK_WHY(value_need(rule, "all", VALUE_MAP, &item, &why), ERR_INPUT, why,
              "expected a map of keys and values, found a list");
    CHECK_WHY(value_int(all, 0, 9, &number, &why), ERR_INPUT, why,
              "expected a whole number, found a list");
    CHECK_OK(value_need(rule, "all", VALUE_LIST, &item, &why), why);
    CHECK(item == all && number == 7);
    CHECK_INT(value_fail(root, NULL, ERR_LIMIT, "unheard"), ERR_LIMIT);
    done();
}

TEST(truth_is_true_or_false)
{
    const struct value *root = parse("[true, 'false', yes, NO, on, 1, TRUE]");
    bool truth = false;
    struct why why;

    CHECK_OK(value_bool(root->item[0], &truth, &why), why);
    CHECK(truth);
    CHECK_OK(value_bool(root->item[1], &truth, &why), why);
    CHECK(!truth);
    for (size_t i = 2; i < root->count; i++)
        CHECK_WHY(value_bool(root->item[i], &truth, &why), ERR_INPUT, why,
                  "expected true or false");
    done();
}

TEST(what_makes_yaml_dangerous_is_refused)
{
    check_refused("a: &x 1\n", ERR_INPUT, ":1: anchors");
    check_refused("a: 1\nb: *x\n", ERR_INPUT, ":2: aliases");
    check_refused("a: &x [1]\nb: *x\n", ERR_INPUT, "anchors");
    check_refused("a: !!int 1\n", ERR_INPUT, "tags");
    check_refused("a: !x {b: c}\n", ERR_INPUT, "tags");
    check_refused("a:\n  <<: {b: 1}\n", ERR_INPUT, ":2: merge keys");
    check_refused("? [a]\n: b\n", ERR_INPUT, "a key must be");
    check_refused("a: 1\n---\nb: 2\n", ERR_INPUT, ":2: a second document");
    check_refused("%YAML 1.1\n---\na: 1\n", ERR_INPUT, "directives");
    check_refused("", ERR_INPUT, "empty");
    check_refused("# nothing\n", ERR_INPUT, "empty");
    check_refused("a: \"x\\0y\"\n", ERR_INPUT, "NUL");
    check_refused("a: 1\n\tb: 2\n", ERR_INPUT,
                  ":2: not valid YAML: found a tab");
    check_refused("a: b: c\n", ERR_INPUT, "charter.yaml:1: not valid YAML");
    check_refused("a: [1, 2\nb: 3\n", ERR_INPUT, "not valid YAML");
}

TEST(a_key_given_twice_is_refused_with_both_lines)
{
    check_refused("a: 1\nb:\n  x: 1\n  y: 2\n  x: 3\n", ERR_INPUT,
                  "charter.yaml:5: x: given twice, first on line 3");
    check_refused("{\"a\": 1,\n \"b\": 2,\n \"a\": 3}", ERR_INPUT,
                  "charter.yaml:3: a: given twice, first on line 1");
    check_refused("{\"a\": 1, \"\\u0061\": 3}", ERR_INPUT, "given twice");
}

TEST(bytes_that_are_no_text_are_refused)
{
    const struct value *root = NULL;
    struct why why;

    CHECK_WHY(parse_bytes("a: 1\nb: \xFF\n", 10, &root, &why), ERR_INPUT, why,
              "charter.yaml:2: bytes that are not UTF-8");
    CHECK_WHY(parse_bytes("a: \0\n", 5, &root, &why), ERR_INPUT, why,
              "charter.yaml:1: a NUL byte");
    CHECK_WHY(parse_bytes("\xFF\xFE"
                          "a\0",
                          4, &root, &why),
              ERR_INPUT, why, "UTF-8");
    CHECK(root == NULL);
}

TEST(bom_and_crlf_are_accepted)
{
    const struct value *root = parse("\xEF\xBB\xBF"
                                     "a: 1\r\nb:\r\n  - x\r\n");

    CHECK_TEXT(value_text_at(root, "a", NULL), "1");
    CHECK_TEXT(value_at(root, "b")->item[0]->text, "x");
    CHECK_INT(value_at(root, "b")->item[0]->line, 3);
    done();
    root = parse("\xEF\xBB\xBF"
                 "{\"a\":\r\n 1}");
    CHECK_TEXT(value_text_at(root, "a", NULL), "1");
    done();
}

TEST(json_keeps_lines_and_numbers_as_written)
{
    const struct value *root = parse("{\n\t\"a\": 1.50,\n\t\"b\": [-0, 1e999, "
                                     "true, null],\n\"c\":\"a\\/b\\u00e9\"}");

    CHECK_TEXT(value_text_at(root, "a", NULL), "1.50");
    CHECK_INT(value_at(root, "a")->line, 2);
    CHECK_TEXT(value_at(root, "b")->item[0]->text, "-0");
    CHECK_TEXT(value_at(root, "b")->item[1]->text, "1e999");
    CHECK_TEXT(value_at(root, "b")->item[2]->text, "true");
    CHECK_TEXT(value_at(root, "b")->item[3]->text, "null");
    CHECK_TEXT(value_text_at(root, "c", NULL), "a/bé");
    done();
}

/* Surrogate pairs, U+0085 and long keys: not to libyaml, or not the same. */
TEST(json_that_yaml_reads_otherwise_is_read_as_json)
{
    struct buf text = {0};
    const struct value *root = parse("{\"a\": \"\\ud83d\\ude00\", \"b\": 12}");
    struct why why;

    CHECK_TEXT(value_text_at(root, "a", NULL), "😀");
    CHECK_TEXT(value_text_at(root, "b", NULL), "12");
    CHECK_INT(root->line, 0);
    value_fail(value_at(root, "b"), &why, ERR_INPUT, "odd");
    CHECK_TEXT(why.text, "charter.yaml: b: odd");
    done();

    root = parse("[\"x\xC2\x85y\", true, false, null]");
    CHECK_TEXT(root->item[0]->text, "x\xC2\x85y");
    CHECK_TEXT(root->item[1]->text, "true");
    CHECK_TEXT(root->item[3]->text, "null");
    CHECK(root->item[0]->quoted && !root->item[1]->quoted);
    done();
    check_refused("[\"x\xC2\x85y\", 1.5]", ERR_INPUT, "whole numbers");

    buf_add_text(&text, "{\"");
    for (int i = 0; i < 2000; i++)
        buf_add_byte(&text, 'k');
    buf_add_text(&text, "\": [\"v\"]}");
    root = parse(buf_text(&text));
    CHECK_TEXT(root->item[0]->item[0]->text, "v");
    done();
    buf_clear(&text);
}

TEST(yaml_flow_style_may_begin_a_document)
{
    const struct value *root = parse("{rule: eu, all: [{ge: 55%},]}");

    CHECK_TEXT(value_text_at(root, "rule", NULL), "eu");
    CHECK_INT(value_at(root, "all")->count, 1);
    done();
}

static void add_times(struct buf *buf, const char *text, int times)
{
    while (times-- > 0)
        buf_add_text(buf, text);
}

TEST(depth_and_size_are_bounded_exactly)
{
    for (int extra = 0; extra < 2; extra++) {
        struct buf text = {0};
        const struct value *root = NULL;
        struct why why;
        add_times(&text, "[", VALUE_DEPTH_MAX + extra);
        add_times(&text, "]", VALUE_DEPTH_MAX + extra);
        enum err err = parse_bytes(text.data, text.len, &root, &why);
        CHECK_INT(err, extra ? ERR_LIMIT : ERR_NONE);
        if (err == ERR_NONE)
            done();
        buf_clear(&text);
    }
    struct buf text = {0};
    add_times(&text, "[", 1 << 20);
    check_refused(text.data, ERR_LIMIT, "nested deeper than 64");
    buf_reset(&text);
    add_times(&text, "- a\n", VALUE_NODES_MAX);
    check_refused(text.data, ERR_LIMIT, "more than a million values");
    buf_reset(&text);
    add_times(&text, "#", VALUE_BYTES_MAX);
    check_refused(text.data, ERR_INPUT, "empty");
    buf_add_byte(&text, '#');
    check_refused(text.data, ERR_LIMIT, "larger than");
    buf_clear(&text);
}

TEST(a_document_is_read_from_a_file)
{
    struct buf path = {0};
    const struct value *root = NULL;
    struct document *document;
    struct why why;

    buf_addf(&path, "%s/charter.yaml", test_folder());
    CHECK_WHY(document_read(path.data, &document, &root, &why), ERR_ABSENT, why,
              path.data);
    CHECK_OK(file_write(path.data, "a: b\nc", 6, 0644, false, &why), why);
    CHECK_WHY(document_read(path.data, &document, &root, &why), ERR_INPUT, why,
              path.data);
    CHECK_OK(file_write(path.data, "a: b\n", 5, 0644, false, &why), why);
    NEED(CHECK_OK(document_read(path.data, &document, &root, &why), why));
    CHECK_TEXT(value_text_at(root, "a", NULL), "b");
    document_close(document);
    document_close(NULL);
    buf_clear(&path);
}
