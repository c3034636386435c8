/* Any bytes: a charter whose references all hold, or an error with a reason. */
#include "institution/charter.h"

#include <assert.h>
#include <stdint.h>

static void check_references(const struct charter *charter)
{
    assert(charter->matters > 0 && charter->articles > 0);
    for (size_t i = 0; i < charter->matters; i++) {
        const struct charter_matter *matter = &charter->matter[i];

        assert(charter_matter(charter, matter->name) == matter);
        assert(matter->reserved == (matter->rule == NULL));
        if (matter->article != NULL)
            assert(charter_article(charter, matter->article) != NULL);
    }
    for (size_t i = 0; i < charter->reservables; i++)
        assert(charter_article(charter, charter->reservable[i]) != NULL);
    for (size_t i = 0; i < charter->representations; i++)
        assert(charter->representation[i].needs >= 1);
    if (charter->matter_amendment != NULL)
        assert(charter->amend_share.num > 0 &&
               charter->amend_share.num <= charter->amend_share.den);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct charter *charter = NULL;
    struct why why = {ERR_NONE, ""};
    enum err err =
        charter_parse("fuzz", (const char *)data, size, &charter, &why);

    assert((err == ERR_NONE) == (charter != NULL));
    if (err == ERR_NONE)
        check_references(charter);
    else
        assert(why.code == err && why.text[0] != '\0');
    charter_close(charter);
    return 0;
}
