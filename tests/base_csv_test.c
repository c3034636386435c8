#include "base/csv.h"
#include "base/file.h"
#include "test.h"

#include <string.h>

static struct csv *open_text(const char *text)
{
    struct csv *csv = NULL;
    struct why why;

    NEED(CHECK_OK(csv_open("m.csv", text, strlen(text), &csv, &why), why));
    return csv;
}

static void check_row(struct csv *csv, size_t line, const char *first,
                      const char *last)
{
    bool more = false;
    struct why why;

    CHECK_OK(csv_next(csv, &more, &why), why);
    NEED(more);
    CHECK_INT(csv_line(csv), line);
    CHECK_TEXT(csv_field(csv, 0).at, first);
    CHECK_TEXT(csv_field(csv, csv_columns(csv) - 1).at, last);
    CHECK_INT(csv_field(csv, 0).len, strlen(first));
}

static void check_end(struct csv *csv)
{
    bool more = true;
    struct why why;

    CHECK_OK(csv_next(csv, &more, &why), why);
    CHECK(!more);
    CHECK_OK(csv_next(csv, &more, &why), why);
    CHECK(!more);
    csv_close(csv);
}

TEST(rows_are_read_with_quotes_breaks_bom_and_crlf)
{
    struct csv *csv = open_text("\xEF\xBB\xBF"
                                "code,name,n\r\n"
                                "NO,Norge,1\r\n"
                                "\r\n"
                                "\n"
                                "FR,\"a, \"\"b\"\"\r\nc\",2\n"
                                "\"\",,\n"
                                "ΕΛ,Ελλάς,\"\"");

    CHECK_INT(csv_columns(csv), 3);
    CHECK_TEXT(csv_column(csv, 1), "name");
    CHECK_INT(csv_find(csv, "n"), 2);
    CHECK(csv_find(csv, "N") == SIZE_MAX);
    check_row(csv, 2, "NO", "1");
    check_row(csv, 5, "FR", "2");
    CHECK_TEXT(csv_field(csv, 1).at, "a, \"b\"\r\nc");
    check_row(csv, 7, "", "");
    check_row(csv, 8, "ΕΛ", "");
    check_end(csv);
}

TEST(a_header_alone_has_no_rows)
{
    check_end(open_text("code"));
    check_end(open_text("code\n\n\r\n"));
}

TEST(a_bad_header_is_refused)
{
    const struct {
        const char *text;
        const char *part;
    } bad[] = {
        {"", "m.csv: empty"},
        {"\n\n", "empty"},
        {"\xEF\xBB\xBF", "empty"},
        {"a,,b\n", "m.csv:1: column 2 has no name"},
        {"\na,b,a\n", "m.csv:2: two columns named a"},
        {"a,b\"\n", "a quote inside a field"},
        {"a,\xFF\n", "not UTF-8"},
        {"a,\"b\n", "never ends"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct csv *csv = NULL;
        struct why why;
        CHECK_WHY(
            csv_open("m.csv", bad[i].text, strlen(bad[i].text), &csv, &why),
            ERR_INPUT, why, bad[i].part);
        CHECK(csv == NULL);
    }
}

TEST(a_bad_row_is_refused_with_its_line)
{
    const struct {
        const char *text;
        size_t len;
        const char *part;
    } bad[] = {
        {"1,2,3", 5, "m.csv:2: expected 2 fields as in the header, found 3"},
        {"1", 1, "m.csv:2: expected 2 fields as in the header, found 1"},
        {"1,x\"y\"", 6, "m.csv:2: a quote inside"},
        {"\"1\"x,2", 6, "m.csv:2: expected a comma or the end"},
        {"\"1\"\r,2", 6, "m.csv:2: expected a comma or the end"},
        {"1,\"2\n3\n", 7, "m.csv:2: a quoted field that never ends"},
        {"1,2\r3", 5, "m.csv:2: a carriage return"},
        {"1,2\r", 4, "m.csv:2: a carriage return"},
        {"1,\0", 3, "m.csv:2: a NUL byte"},
        {"1,\"\xC3\"", 5, "m.csv:2: bytes that are not UTF-8"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct buf text = {0};
        struct csv *csv = NULL;
        struct why why;
        bool more;
        buf_add_text(&text, "a,b\n");
        buf_add(&text, bad[i].text, bad[i].len);
        NEED(CHECK_OK(csv_open("m.csv", text.data, text.len, &csv, &why), why));
        CHECK_WHY(csv_next(csv, &more, &why), ERR_INPUT, why, bad[i].part);
        csv_close(csv);
        buf_clear(&text);
    }
}

TEST(columns_and_fields_are_bounded)
{
    struct buf text = {0};
    struct csv *csv = NULL;
    struct why why;
    bool more;

    for (int i = 0; i < CSV_COLUMNS_MAX; i++)
        buf_addf(&text, "%sc%d", i ? "," : "", i);
    CHECK_OK(csv_open("m.csv", text.data, text.len, &csv, &why), why);
    csv_close(csv);
    csv = NULL;
    buf_add_text(&text, ",more");
    CHECK_INT(csv_open("m.csv", text.data, text.len, &csv, &why), ERR_LIMIT);

    for (size_t extra = 0; extra < 2; extra++) {
        buf_reset(&text);
        buf_add_text(&text, "a\n");
        for (size_t i = 0; i < CSV_FIELD_MAX + extra; i++)
            buf_add_byte(&text, 'x');
        NEED(CHECK_OK(csv_open("m.csv", text.data, text.len, &csv, &why), why));
        CHECK_INT(csv_next(csv, &more, &why), extra ? ERR_LIMIT : ERR_NONE);
        csv_close(csv);
    }
    buf_clear(&text);
}

TEST(two_million_lines_are_counted_exactly)
{
    struct buf text = {0};
    struct csv *csv = NULL;
    struct why why;
    bool more = true;
    size_t rows = 0;

    buf_add_text(&text, "code,n\n");
    for (int i = 0; i < 2000000; i++)
        buf_add_text(&text, "NO,12\n");
    NEED(CHECK_OK(csv_open("m.csv", text.data, text.len, &csv, &why), why));
    while (csv_next(csv, &more, &why) == ERR_NONE && more)
        rows++;
    CHECK_INT(rows, 2000000);
    CHECK(!more);
    csv_close(csv);
    buf_clear(&text);
}

TEST(a_reader_of_rows_names_line_and_column)
{
    struct csv *csv = open_text("code,n\nFR,x\n");
    struct why why;

    check_row(csv, 2, "FR", "x");
    CHECK_INT(csv_fail(csv, 1, &why, ERR_LIMIT, "%d is too much", 9),
              ERR_LIMIT);
    CHECK_TEXT(why.text, "m.csv:2: n: 9 is too much");
    CHECK_INT(csv_fail(csv, SIZE_MAX, &why, ERR_INPUT, "no"), ERR_INPUT);
    CHECK_TEXT(why.text, "m.csv:2: no");
    check_end(csv);
}

TEST(the_members_file_is_read_whole)
{
    const char *path = test_shared("data/members.csv");
    struct csv *csv = NULL;
    struct why why;
    bool more = true;
    size_t norway = 0;

    if (!path)
        SKIP("no shared data");
    NEED(CHECK_OK(csv_open_file(path, &csv, &why), why));
    size_t code = csv_find(csv, "code");
    NEED(code != SIZE_MAX);
    while (CHECK_OK(csv_next(csv, &more, &why), why) && more)
        norway += slice_is(csv_field(csv, code), "NO");
    CHECK_INT(norway, 1);
    csv_close(csv);
    csv = NULL;
    CHECK_INT(csv_open_file("/nonexistent/x.csv", &csv, &why), ERR_ABSENT);
    csv_close(csv);
}
