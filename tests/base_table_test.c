#include "base/table.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

/* What `table` prints, into memory. Owns: caller frees. */
static char *printed(const struct table *table)
{
    char *text = NULL;
    size_t len;
    FILE *stream = open_memstream(&text, &len);

    table_print(table, stream);
    fclose(stream);
    return text;
}

TEST(columns_align_in_every_script)
{
    struct table *table = table_open("code|name|>people");

    table_cell(table, "GR");
    table_cell(table, "Ελλάς");
    table_cellf(table, "%d", 10);
    table_cell(table, "JP");
    table_cell_ink(table, INK_GREEN, "日本");
    table_cell(table, "123456");
    table_cell(table, "X");
    table_cell(table, "a\nb\x1b");
    table_cell(table, NULL);
    char *text = printed(table);
    CHECK_TEXT(text, "code  name   people\n"
                     "GR    Ελλάς      10\n"
                     "JP    日本   123456\n"
                     "X     a?b?         \n");
    CHECK_INT(table_rows(table), 3);
    free(text);
    table_close(table);
    table_close(NULL);
}

TEST(a_table_without_rows_is_its_header)
{
    struct table *table = table_open("a|b");
    char *text = printed(table);

    CHECK_TEXT(text, "a  b\n");
    CHECK_INT(table_rows(table), 0);
    free(text);
    table_close(table);
}

TEST(text_is_wrapped_and_has_no_ink_outside_a_terminal)
{
    char *text = NULL;
    size_t len;
    FILE *stream = open_memstream(&text, &len);

    term_wrap(stream, 60, "Ελλάς and 日本 agree to  decide\nnext");
    term_print(stream, INK_RED, "no\x1b[0m %s\n", "colour");
    fclose(stream);
    CHECK_TEXT(text,
               "                                                            "
               "Ελλάς and 日本 agree\n"
               "                                                            "
               "to decide\n"
               "                                                            "
               "next\n"
               "no?[0m colour\n");
    free(text);
}
