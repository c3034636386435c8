/*
 * json_fuzz.c - any bytes as the body of an act: what is read and written is
 * read as the same, in both our forms; what is refused leaves nothing.
 */
#include "base/json.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_form(const json_t *json, char *(*write)(const json_t *))
{
    char *text = write(json);
    json_t *again = NULL;
    struct why why;
    enum err err = json_parse(text, strlen(text), &again, &why);

    assert(err == ERR_NONE && json_equal((json_t *)json, again));
    char *same = write(again);
    assert(strcmp(text, same) == 0);
    mem_free(same);
    mem_free(text);
    json_decref(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *json = NULL;
    struct why why = {0};
    enum err err = json_parse((const char *)data, size, &json, &why);

    if (err == ERR_NONE) {
        assert(json_is_object(json));
        check_form(json, json_compact);
        check_form(json, json_canonical);
    } else {
        assert(!json && why.code == err && why.text[0] != '\0');
    }
    json_decref(json);
    return 0;
}
