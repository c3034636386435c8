/*
 * A folder on a real disk: submitted, reopened, damaged, rebuilt, verified.
 */
#include "test.h"
#include "world.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "institution/session.h"
#include "institution/store_sqlite.h"
#include "record/entry.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct key *log_key(void)
{
    uint8_t seed[KEY_SEED_BYTES] = {7};
    struct key *key;
    struct why why;

    NEED(CHECK_OK(key_from_seed(slice_of("test.example/log"), KEY_ED25519, seed,
                                &key, &why),
                  why));
    return key;
}

static struct when at(const char *text)
{
    struct when when = {0};

    NEED(when_parse(slice_of(text), &when, NULL) == ERR_NONE);
    return when;
}

static enum err submit(struct session *session, struct slice act,
                       const char *now, struct receipt *receipt)
{
    struct why why;

    NEED(CHECK_OK(session_submit(session, &act, 1, at(now), receipt, &why),
                  why));
    return receipt->accepted ? ERR_NONE : receipt->why.code;
}

static struct session *found(const char *dir)
{
    struct session *session;
    struct slice founding = world_founding();
    struct receipt receipt;
    struct why why;

    NEED(CHECK_OK(session_create(dir, log_key(), NULL, KEY_COST_INTERACTIVE,
                                 &session, &why),
                  why));
    NEED(submit(session, founding, "2026-01-05T00:00:00Z", &receipt) ==
         ERR_NONE);
    mem_free((void *)founding.at);
    return session;
}

/* Five definitive signatures in one group; E's twice, the second refused. */
static void sign_all(struct session *session)
{
    static const char *const by[] = {"A", "B", "C", "D", "E", "E"};
    struct slice act[6];
    struct receipt receipt[6];
    struct why why;

    for (size_t i = 0; i < 6; i++)
        act[i] = world_signed(by[i], "signature", "{'definitive':true}", i + 1);
    NEED(CHECK_OK(session_submit(session, act, 6, at("2026-01-06T00:00:00Z"),
                                 receipt, &why),
                  why));
    for (size_t i = 0; i < 6; i++) {
        CHECK(receipt[i].accepted == (i < 5));
        mem_free((void *)act[i].at);
    }
    CHECK_INT(receipt[4].index, 5);
    CHECK(strstr(receipt[5].why.text, "cannot sign again") != NULL);
}

static void check_verifies(const char *dir, uint64_t entries)
{
    struct verify_report report;
    struct why why;

    CHECK_OK(session_verify(dir, NULL, 2, &report, &why), why);
    CHECK_INT(report.entries, entries);
    CHECK(report.state_matches);
    CHECK_INT(report.bad_entry, -1);
}

static char *path_of(const char *dir, const char *name)
{
    struct buf path = {0};

    buf_addf(&path, "%s/%s", dir, name);
    return path.data;
}

TEST(a_folder_is_founded_filled_closed_opened_and_verified)
{
    const char *dir = test_folder();
    struct session *session = found(dir);
    struct why why;
    size_t count;

    sign_all(session);
    CHECK_INT(log_size(session_log(session)), 6);
    session_close(session);
    check_verifies(dir, 6);
    NEED(CHECK_OK(session_open(dir, SESSION_READ, NULL, &session, &why), why));
    CHECK_TEXT(
        json_text(state_get(institution_state(session_institution(session)),
                            "member", "A"),
                  "status"),
        "consented");
    /* A reader sees what is due; the log does not have it yet. */
    CHECK_OK(session_advance(session, at("2026-01-16T00:00:00Z"), &count, &why),
             why);
    CHECK_INT(count,
              4); /* in force; D and E after their own delay; presidency */
    CHECK_TEXT(
        json_text(state_get(institution_state(session_institution(session)),
                            "member", "A"),
                  "status"),
        "party");
    CHECK_INT(log_size(session_log(session)), 6);
    session_close(session);
    NEED(CHECK_OK(session_open(dir, SESSION_WRITE, NULL, &session, &why), why));
    CHECK_OK(session_advance(session, at("2026-01-16T00:00:00Z"), &count, &why),
             why);
    CHECK_INT(log_size(session_log(session)), 10);
    session_close(session);
    check_verifies(dir, 10);
}

TEST(tables_are_made_anew_when_lost_behind_or_of_another_log)
{
    const char *dir = test_folder();
    const char *other = test_folder();
    struct session *session = found(dir);
    char *db = path_of(dir, "state.db");
    char *other_db = path_of(other, "state.db");
    struct buf early = {0};
    uint64_t entries;
    struct why why;

    session_close(session);
    NEED(CHECK_OK(file_read(db, 1 << 24, &early, &why), why));
    NEED(CHECK_OK(session_open(dir, SESSION_WRITE, NULL, &session, &why), why));
    sign_all(session);
    session_close(session);

    CHECK_OK(file_write(db, early.data, early.len, 0644, false, &why), why);
    check_verifies(dir, 6); /* as far as they go */
    NEED(CHECK_OK(session_open(dir, SESSION_WRITE, NULL, &session, &why), why));
    session_close(session);
    check_verifies(dir, 6); /* caught up */

    unlink(db);
    struct state_at none;
    struct store *store;
    CHECK_OK(store_open(db, true, &store, &none, &why), why);
    store_close(store);
    check_verifies(dir, 6); /* made, and nothing stored yet */

    unlink(db);
    NEED(CHECK_OK(session_open(dir, SESSION_READ, NULL, &session, &why), why));
    CHECK(institution_charter(session_institution(session)) != NULL);
    session_close(session);

    CHECK_OK(file_write(db, "not a database", 14, 0644, false, &why), why);
    CHECK_OK(session_rebuild(dir, NULL, &entries, &why), why);
    CHECK_INT(entries, 6);
    check_verifies(dir, 6);

    session_close(found(other));
    CHECK_OK(file_write(db, early.data, early.len, 0644, false, &why), why);
    buf_reset(&early);
    CHECK_OK(file_read(db, 1 << 24, &early, &why), why);
    CHECK_OK(file_write(other_db, early.data, early.len, 0644, false, &why),
             why);
    NEED(CHECK_OK(session_open(other, SESSION_WRITE, NULL, &session, &why),
                  why));
    session_close(session);
    check_verifies(other, 1);
    buf_clear(&early);
    mem_free(db);
    mem_free(other_db);
}

/* Anyone who may read a folder can verify it. Root may write everywhere. */
TEST(a_folder_that_may_not_be_written_is_read_with_its_tables)
{
    const char *dir = test_folder();
    struct session *session = found(dir);
    bool is_root = geteuid() == 0;
    struct verify_report report;
    struct why why;

    sign_all(session);
    session_close(session);
    NEED(chmod(dir, 0555) == 0);
    NEED(!is_root || seteuid(65534) == 0);
    CHECK_OK(session_verify(dir, NULL, 1, &report, &why), why);
    CHECK(report.state_there);
    CHECK(report.state_matches);
    NEED(!is_root || seteuid(0) == 0);
    NEED(chmod(dir, 0755) == 0);
}

/* ---- what a host may have written that judges otherwise ---- */

static void enter(struct session *session, const char *time,
                  enum entry_type type, struct slice payload)
{
    struct entry entry = {.coalition = slice_of("test.example"),
                          .time = at(time),
                          .type = type,
                          .payload = payload};
    struct buf bytes = {0};
    struct slice slice;
    struct why why;

    NEED(CHECK_OK(entry_format(&entry, &bytes, &why), why));
    slice = (struct slice){bytes.data, bytes.len};
    CHECK_OK(log_append(session_log(session), &slice, 1, NULL, &why), why);
    buf_clear(&bytes);
}

/* Entry 6 must be named, and what is said of it contain `part`. */
static void check_found_out(const char *time, enum entry_type type,
                            struct slice payload, const char *part)
{
    const char *dir = test_folder();
    struct session *session = found(dir);
    struct verify_report report;
    struct why why;

    sign_all(session);
    enter(session, time, type, payload);
    session_close(session);
    enum err err = session_verify(dir, NULL, 1, &report, &why);
    CHECK(err != ERR_NONE && err != ERR_ABSENT); /* it is there, and wrong */
    CHECK(err == why.code && strstr(why.text, part) != NULL);
    CHECK(strstr(why.text, "entry 6: ") != NULL);
    CHECK_INT(report.bad_entry, 6);
}

TEST(an_entry_that_should_not_be_there_is_named)
{
    static const char in_time[] = "2026-01-06T00:00:00Z";
    struct slice spent = world_signed("A", "signature", "{}", 1);
    struct slice absent =
        world_signed("A", "key-retire", "{'key':'A/nobody+00000000'}", 9);
    struct slice unsigned_ = world_signed("A", "signature", "{}", 9);
    char *last = (char *)unsigned_.at + unsigned_.len - 10;

    *last = *last == 'A' ? 'B' : 'A';
    check_found_out(in_time, ENTRY_ACT, spent, "is spent");
    check_found_out(in_time, ENTRY_ACT, absent, "there is no key");
    check_found_out(in_time, ENTRY_ACT, unsigned_,
                    "a signature of the act does not hold");
    check_found_out("2026-01-05T23:59:59Z", ENTRY_ACT, absent,
                    "its time is before");
    check_found_out("2026-02-01T00:00:00Z", ENTRY_ACT, absent, "is missing");
    check_found_out(in_time, ENTRY_NOTIFICATION,
                    slice_of("{\"kind\":\"adopted\"}\n"), "nothing was due");
    check_found_out("2026-02-01T00:00:00Z", ENTRY_NOTIFICATION,
                    slice_of("{\"kind\":\"adopted\"}\n"),
                    "not what the record gives");
    mem_free((void *)spent.at);
    mem_free((void *)absent.at);
    mem_free((void *)unsigned_.at);
}

TEST(a_signature_that_does_not_hold_is_refused_alone)
{
    const char *dir = test_folder();
    struct session *session = found(dir);
    struct slice act = world_signed("A", "signature", "{}", 1);
    struct slice good = world_signed("A", "signature", "{}", 1);
    struct receipt receipt;
    char *dash = strstr((char *)act.at, "\xe2\x80\x94 ");
    char *last = (char *)act.at + act.len - 10;

    NEED(dash != NULL);
    *last = *last == 'A' ? 'B' : 'A';
    CHECK(submit(session, act, "2026-01-06T00:00:00Z", &receipt) ==
          ERR_AUTHORITY);
    CHECK(strstr(receipt.why.text, "signature") != NULL);
    CHECK(submit(session, good, "2026-01-06T00:00:00Z", &receipt) == ERR_NONE);
    /* The same bytes again: spent. */
    CHECK(submit(session, good, "2026-01-06T00:00:00Z", &receipt) == ERR_STATE);
    mem_free((void *)act.at);
    mem_free((void *)good.at);
    session_close(session);
    check_verifies(dir, 2);
}

/* Flip one bit of a byte of a file; false beyond its end. */
static bool flip(const char *path, size_t place)
{
    struct buf bytes = {0};
    struct why why;
    bool there;

    NEED(CHECK_OK(file_read(path, 1 << 24, &bytes, &why), why));
    there = place < bytes.len;
    if (there) {
        bytes.data[place] ^= 1;
        CHECK_OK(file_write(path, bytes.data, bytes.len, 0644, false, &why),
                 why);
    }
    buf_clear(&bytes);
    return there;
}

/* What a reader is told: every document of the kinds that there are here. */
static void read_all(const char *dir, struct buf *out)
{
    static const char *const kinds[] = {"coalition", "charter", "member",
                                        "key",       "nonce",   "agenda"};
    struct session *session;
    struct why why;

    NEED(CHECK_OK(session_open(dir, SESSION_READ, NULL, &session, &why), why));
    struct state *state = institution_state(session_institution(session));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t count;
        const char **id = state_ids(state, kinds[i], &count);

        for (size_t j = 0; j < count; j++) {
            char *text = json_canonical(state_get(state, kinds[i], id[j]));

            buf_addf(out, "%s %s\n", id[j], text);
            mem_free(text);
        }
        mem_free(id);
    }
    CHECK_OK(state_failure(state, &why), why);
    session_close(session);
}

TEST(tables_with_any_bit_flipped_change_no_answer_and_no_judgement)
{
    const char *dir = test_folder();
    struct session *session = found(dir);
    char *db = path_of(dir, "state.db");
    struct buf sound = {0};
    struct buf wanted = {0};
    struct buf told = {0};
    struct why why;

    sign_all(session);
    session_close(session);
    NEED(CHECK_OK(file_read(db, 1 << 24, &sound, &why), why));
    read_all(dir, &wanted);
    for (size_t place = 0; flip(db, place); place += 89) {
        buf_reset(&told);
        read_all(dir, &told);
        CHECK_TEXT(buf_text(&told), buf_text(&wanted));
        NEED(CHECK_OK(session_open(dir, SESSION_WRITE, NULL, &session, &why),
                      why));
        session_close(session);
        check_verifies(dir, 6);
        CHECK_OK(file_write(db, sound.data, sound.len, 0644, false, &why), why);
    }
    buf_clear(&sound);
    buf_clear(&wanted);
    buf_clear(&told);
    mem_free(db);
}

TEST(any_byte_of_the_log_flipped_is_found_and_named)
{
    static const char *const files[] = {"log/checkpoint", "log/tile/0/000.p/6",
                                        "log/tile/entries/000.p/6"};
    const char *dir = test_folder();
    struct session *session = found(dir);
    struct verify_report report;
    struct why why;

    sign_all(session);
    session_close(session);
    for (size_t i = 0; i < 3; i++) {
        char *path = path_of(dir, files[i]);

        for (size_t place = 0; flip(path, place); place += 97) {
            CHECK(session_verify(dir, NULL, 1, &report, &why) != ERR_NONE);
            CHECK(strstr(why.text, "checkpoint") != NULL ||
                  strstr(why.text, "tile") != NULL ||
                  strstr(why.text, "entry") != NULL);
            CHECK(flip(path, place));
        }
        mem_free(path);
    }
    check_verifies(dir, 6);
}
