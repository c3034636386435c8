/*
 * note_fuzz.c - signed notes: what parses is exactly its parts again.
 */
#include "record/note.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_signature(struct buf *out, const struct note_signature *from)
{
    uint8_t payload[NOTE_PAYLOAD_MAX];
    char name[KEY_NAME_MAX + 1];

    assert(from->payload_len >= 1 && from->payload_len <= sizeof payload);
    assert(note_payload(from, payload, from->payload_len));
    assert(!note_payload(from, payload, from->payload_len + 1));
    memcpy(name, from->name.at, from->name.len);
    name[from->name.len] = '\0';
    note_add_line(out, name, from->key_id, payload, from->payload_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vkey vkey = {.name = "example.com/foo", .type = KEY_ED25519};
    struct buf again = {0};
    struct note note;
    struct why why;

    if (note_parse((const char *)data, size, &note, &why) != ERR_NONE)
        return 0;
    assert(note.count >= 1 && note.count <= NOTE_SIGNATURES_MAX);
    assert(note.text.at[note.text.len - 1] == '\n');
    assert(note_verify(&note, &vkey, 1, NULL, &why) == ERR_AUTHORITY);
    buf_add(&again, note.text.at, note.text.len);
    buf_add_byte(&again, '\n');
    for (size_t i = 0; i < note.count; i++)
        add_signature(&again, &note.signature[i]);
    assert(again.len == size && memcmp(again.data, data, size) == 0);
    buf_clear(&again);
    return 0;
}
