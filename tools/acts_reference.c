/*
 * acts_reference.c - docs/acts.md, from the table of kinds.
 *
 * `make docs` writes the page; tests/docs.sh fails when it is out of date.
 */
#include "institution/kinds.h"

#include <stdio.h>
#include <string.h>

/* CHAPTER(first kind, title, page with the procedures) */
static const struct {
    const char *first;
    const char *title;
    const char *page;
} chapters[] = {
    {"founding", "Founding", "institution.md"},
    {"signature", "The charter", "treaty.md"},
    {"key-grant", "Keys and officers", "keys.md"},
    {"proposal", "The council", "council.md"},
};

enum { CHAPTERS = sizeof chapters / sizeof *chapters };

static const char head[] =
    "# Acts: every kind and its fields\n"
    "\n"
    "Made by `make docs` from the table in `src/institution/kinds.c`; change "
    "it there.\n"
    "\n"
    "An act's body is a JSON object with the fields of its kind and no others; "
    "the\nenvelope around it is in [formats](formats.md). `entente act KIND "
    "FIELD=VALUE ...`\nmakes an act of any kind.\n"
    "\n"
    "| by | who may sign |\n"
    "|---|---|\n"
    "| the secretariat | the registrar who opens the log |\n"
    "| a state | any state on record, whatever its standing |\n"
    "| a party | a party to the charter in force that is not suspended |\n"
    "\n"
    "A *solemn* act needs as many officers as the state requires for solemn "
    "acts, any\nother as many as it requires for ordinary ones "
    "([keys](keys.md), 4).\n";

static const char foot[] =
    "\n"
    "## Lists and maps\n"
    "\n"
    "What the type of a field does not say. A name is 1 to 64 of `A-Z a-z 0-9 "
    "_ . -`\nand begins with a letter or digit; a text is not empty.\n"
    "\n"
    "| kind | field | form |\n"
    "|---|---|---|\n"
    "| founding | `members` | 1 to 1,024 of `{\"code\", \"name\", "
    "\"english\"?, \"weights\"?, \"groups\"?}`; weights are `{column: "
    "\"decimal\"}`, groups a list of names |\n"
    "| founding | `keys` | verifier keys named "
    "`<coalition>/<state>/<role>` |\n"
    "| ratification, acceptance, approval, accession | `confirms` | numbers "
    "of reservations, such as `R-3` |\n"
    "| the same | `reservations` | `{\"article\", \"text\"}` each |\n"
    "| key-grant | `powers` | kinds of act, at least one |\n"
    "| proposal | `groups` | `{group: [states]}`, groups that the charter "
    "leaves to proposals |\n"
    "| proposal | `effect` | exactly one of those below |\n"
    "| proxy | `proposals` | numbers of proposals |\n"
    "\n"
    "Effects, what they do and when they are admissible: "
    "[council](council.md), 10.\n"
    "\n"
    "| effect | form |\n"
    "|---|---|\n"
    "| `invite` | a state as under `members`, with `\"keys\"`, 1 to 16 "
    "verifier keys; or the code of a state on record |\n"
    "| `suspend`, `restore` | the code of a state |\n"
    "| `rekey` | `{\"state\", \"keys\"}`, 1 to 16 verifier keys |\n"
    "| `amend` | `{\"charter\"}`, the whole text as amended |\n"
    "| `repeal` | the number of a decision |\n";

static const char *const signers[] = {
    [SIGNER_SECRETARIAT] = "the secretariat",
    [SIGNER_STATE] = "a state",
    [SIGNER_PARTY] = "a party",
};

static void print_fields(const struct act_kind *kind)
{
    if (kind->fields > 0)
        puts("\n| field | | type | |\n|---|---|---|---|");
    for (size_t i = 0; i < kind->fields; i++)
        printf("| `%s` | %s | %s | %s |\n", kind->field[i].name,
               kind->field[i].required ? "needed" : "",
               field_type_name(kind->field[i].type), kind->field[i].help);
}

/* Kinds that follow each other with the same fields share a table. */
static void print_kind(const struct act_kind *kind, const struct act_kind *next)
{
    printf("\n**%s**, by %s%s: %s.\n", kind->name, signers[kind->signer],
           kind->solemn ? ", solemn" : "", kind->help);
    if (next == NULL || next->field != kind->field)
        print_fields(kind);
}

/* Does a chapter begin with this kind? Then its heading. */
static bool print_chapter(const char *kind, size_t chapter)
{
    if (chapter == CHAPTERS || strcmp(kind, chapters[chapter].first) != 0)
        return false;
    printf("\n## %s\n\nProcedures: [%s](%s).\n", chapters[chapter].title,
           chapters[chapter].page, chapters[chapter].page);
    return true;
}

int main(void)
{
    size_t count;
    const struct act_kind *kinds = act_kinds(&count);
    size_t chapter = 0;

    fputs(head, stdout);
    for (size_t i = 0; i < count; i++) {
        chapter += print_chapter(kinds[i].name, chapter);
        print_kind(&kinds[i], i + 1 < count ? &kinds[i + 1] : NULL);
    }
    fputs(foot, stdout);
    if (chapter < CHAPTERS) {
        fprintf(stderr, "acts_reference: there is no kind '%s' any more\n",
                chapters[chapter].first);
        return 1;
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 3;
}
