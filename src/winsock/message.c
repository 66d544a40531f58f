/* SPDX-License-Identifier: MIT
 *
 * FormatMessage. A message is made as UTF-8, whichever form was called; its sentences stand in sentence.c.
 */
#include "error.h"
#include "print.h"
#include "sentence.h"
#include "text.h"

#include "sockpal/memory.h"
#include "sockpal/message.h"

#include <stdlib.h>

#define MOST_INSERTS 99

/** A message while it is made. */
typedef struct message {
    spalw_buffer out;
    DWORD flags;
    bool is_wide;
    DWORD error;

    size_t width;  /* of a line; 0: none */
    size_t column; /* in the last line */
    size_t space;  /* where the last spaces of the last line begin; 0: there are none, or none to break at */
    bool is_in_space;

    va_list *list; /* arguments that have not been read; null: none, or an array */
    const ULONG_PTR *array;
    ULONG_PTR values[MOST_INSERTS + 3];
    unsigned read;
} message;

static bool has_flag(const message *made, DWORD flag) {
    return (made->flags & flag) != 0;
}

/* ------------------------------------------------------------------------------------------------------------ lines */

static void line_begin(message *made) {
    made->column = 0;
    made->space = 0;
    made->is_in_space = false;
}

/* A line that is full ends at its last spaces, which vanish, or else where it is full. */
static void line_break(message *made) {
    spalw_buffer *out = &made->out;
    size_t begin = made->space == 0 ? out->length : made->space;
    size_t rest = begin + strspn(out->text + begin, " ");
    char *moved = strdup(out->text + rest);
    out->has_failed |= moved == NULL;
    if (moved == NULL)
        return;
    out->length = begin;
    spalw_buffer_add_text(out, "\r\n");
    spalw_buffer_add_text(out, moved);
    line_begin(made);
    made->column = strlen(moved);
    free(moved);
}

static bool is_continuation(char unit) {
    return ((unsigned char)unit & 0xc0) == 0x80;
}

static void add_char(message *made, char unit) {
    spalw_buffer_add_char(&made->out, unit);
    if (made->width == 0 || made->out.has_failed || is_continuation(unit))
        return;
    if (unit == ' ' && !made->is_in_space)
        made->space = made->out.length - 1;
    made->is_in_space = unit == ' ';
    if (++made->column == made->width)
        line_break(made);
}

static void add_text(message *made, const char *text) {
    for (; *text != '\0'; text++)
        add_char(made, *text);
}

/* A line's end in the message: kept, or a space where lines are filled. */
static void add_line_end(message *made) {
    if (has_flag(made, FORMAT_MESSAGE_MAX_WIDTH_MASK))
        add_char(made, ' ');
    else
        spalw_buffer_add_text(&made->out, "\r\n");
}

static void add_hard_line_end(message *made) {
    spalw_buffer_add_text(&made->out, "\r\n");
    line_begin(made);
}

/* ---------------------------------------------------------------------------------------------------------- inserts */

/* Arguments are read in order, whichever is wanted. */
static ULONG_PTR value_at(message *made, unsigned index) {
    while (made->read <= index) {
        ULONG_PTR next = made->array != NULL ? made->array[made->read] : va_arg(*made->list, ULONG_PTR);
        made->values[made->read++] = next;
    }
    return made->values[index];
}

/* A star takes the insert's own number, and the value the next. */
static int star_take(message *made, unsigned *index) {
    int star = (int)value_at(made, *index);
    if (*index < MOST_INSERTS + 1)
        ++*index;
    return star;
}

static void add_value(message *made, spalw_spec *spec, unsigned index) {
    spalw_buffer value = {0};
    if (spec->takes_width)
        spalw_spec_set_width(spec, star_take(made, &index));
    if (spec->takes_precision)
        spec->precision = star_take(made, &index);
    ULONG_PTR bits = value_at(made, index);
    if (spec->conversion == 's' || spec->conversion == 'S')
        spalw_print_text(&value, spec, (const void *)bits, made->is_wide);
    else if (spec->conversion == 'c' || spec->conversion == 'C')
        spalw_print_char(&value, spec, (unsigned)bits);
    else if (spec->conversion == 'p')
        spalw_print_pointer(&value, spec, bits);
    else
        spalw_print_integer(&value, spec, bits);
    if (value.text != NULL)
        add_text(made, value.text);
    made->out.has_failed |= value.has_failed;
    spalw_buffer_free(&value);
}

static bool is_conversion(char conversion) {
    return conversion != '\0' && strchr("diouxXcCsSp", conversion) != NULL;
}

/* What stands between the exclamation marks behind a number; text without them. */
static bool spec_read(const char **at, bool is_wide, spalw_spec *spec) {
    const char *text = "s";
    if (**at != '!') {
        *spec = spalw_spec_read(&text, is_wide);
        return true;
    }
    ++*at;
    *spec = spalw_spec_read(at, is_wide);
    if (!is_conversion(spec->conversion) || **at != '!')
        return false;
    ++*at;
    return true;
}

/* @return how long the number is */
static size_t number_length(const char *text) {
    return text[1] >= '0' && text[1] <= '9' ? 2 : 1;
}

static bool add_insert(message *made, const char **at) {
    spalw_spec spec;
    size_t length = number_length(*at);
    unsigned number = (unsigned)(**at - '0');
    if (length == 2)
        number = number * 10 + (unsigned)((*at)[1] - '0');
    *at += length;
    if (!spec_read(at, made->is_wide, &spec) || (made->list == NULL && made->array == NULL)) {
        made->error = ERROR_INVALID_PARAMETER;
        return false;
    }
    add_value(made, &spec, number - 1);
    return true;
}

/* ------------------------------------------------------------------------------------------------------ the message */

static void add_unknown_escape(message *made, char escape) {
    if (has_flag(made, FORMAT_MESSAGE_IGNORE_INSERTS))
        add_char(made, '%');
    add_char(made, escape == 'b' && !has_flag(made, FORMAT_MESSAGE_IGNORE_INSERTS) ? ' ' : escape);
}

/* Behind a % sign. @return whether the message goes on */
static bool add_escape(message *made, const char **at) {
    char escape = **at;
    if (escape >= '1' && escape <= '9' && !has_flag(made, FORMAT_MESSAGE_IGNORE_INSERTS))
        return add_insert(made, at);
    if (escape == '\0')
        made->error = ERROR_INVALID_PARAMETER;
    if (escape == '\0' || escape == '0')
        return false;
    ++*at;
    if (escape == 'n')
        add_hard_line_end(made);
    else if (escape == 'r')
        spalw_buffer_add_char(&made->out, '\r');
    else if (escape == 't')
        add_char(made, '\t');
    else
        add_unknown_escape(made, escape);
    return true;
}

static void message_make(message *made, const char *text) {
    bool goes_on = true;
    while (goes_on && *text != '\0') {
        char unit = *text++;
        if (unit == '%') {
            goes_on = add_escape(made, &text);
        } else if (unit == '\r' || unit == '\n') {
            if (unit == '\r' && *text == '\n')
                text++;
            add_line_end(made);
        } else {
            add_char(made, unit);
        }
    }
}

/* Every sentence ends its line. */
static void message_make_of_system(message *made, const char *sentence) {
    message_make(made, sentence);
    if (made->error == NO_ERROR)
        add_line_end(made);
}

static bool is_language(DWORD language) {
    WORD primary = PRIMARYLANGID(language);
    return primary == LANG_NEUTRAL || primary == LANG_ENGLISH || primary == LANG_INVARIANT;
}

/* Codes that were made of Win32's (HRESULT_FROM_WIN32) are those again. */
static const char *sentence_of(DWORD id) {
    const char *sentence = spalw_sentence(id);
    return sentence == NULL && id >> 16 == 0x8007 ? spalw_sentence(id & 0xffff) : sentence;
}

static void message_of_system(message *made, DWORD id, DWORD language) {
    const char *sentence = sentence_of(id);
    if (sentence == NULL)
        made->error = ERROR_MR_MID_NOT_FOUND;
    else if (!is_language(language))
        made->error = ERROR_RESOURCE_LANG_NOT_FOUND;
    else
        message_make_of_system(made, sentence);
}

static void message_from(message *made, const char *source, DWORD id, DWORD language) {
    if (has_flag(made, FORMAT_MESSAGE_FROM_STRING) && source != NULL)
        message_make(made, source);
    else if (has_flag(made, FORMAT_MESSAGE_FROM_STRING))
        made->error = ERROR_INVALID_PARAMETER;
    else if (has_flag(made, FORMAT_MESSAGE_FROM_SYSTEM))
        message_of_system(made, id, language);
    else /* No module has messages. */
        made->error =
            has_flag(made, FORMAT_MESSAGE_FROM_HMODULE) ? ERROR_RESOURCE_TYPE_NOT_FOUND : ERROR_INVALID_PARAMETER;
    if (made->error == NO_ERROR && made->out.has_failed)
        made->error = ERROR_NOT_ENOUGH_MEMORY;
    if (made->error == NO_ERROR && made->out.length == 0)
        made->error = ERROR_NO_WORK_DONE;
}

static message message_new(DWORD flags, bool is_wide, va_list *arguments) {
    message made = {.flags = flags, .is_wide = is_wide};
    DWORD width = flags & FORMAT_MESSAGE_MAX_WIDTH_MASK;
    made.width = width == FORMAT_MESSAGE_MAX_WIDTH_MASK ? 0 : width;
    if ((flags & FORMAT_MESSAGE_ARGUMENT_ARRAY) != 0)
        made.array = (const ULONG_PTR *)(void *)arguments;
    else
        made.list = arguments;
    return made;
}

/* ---------------------------------------------------------------------------------------------------- the functions */

static DWORD message_fail(message *made, DWORD error) {
    spalw_buffer_free(&made->out);
    spalw_set_error(error);
    return 0;
}

/* @return where the result goes, with room for `units` of that size, or null (last error set) */
static void *room_for(DWORD flags, void *buffer, DWORD size, size_t units, size_t unit_size) {
    if ((flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) == 0)
        return units <= size ? buffer : spalw_fail_null(ERROR_INSUFFICIENT_BUFFER);
    *(void **)buffer = LocalAlloc(LMEM_ZEROINIT, (units > size ? units : size) * unit_size);
    return *(void **)buffer;
}

DWORD WINAPI FormatMessageA(DWORD flags, LPCVOID source, DWORD id, DWORD language, LPSTR buffer, DWORD size,
                            va_list *arguments) {
    message made = message_new(flags, false, arguments);
    if ((flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) != 0) {
        if (buffer == NULL)
            return message_fail(&made, ERROR_NOT_ENOUGH_MEMORY);
        *(void **)(void *)buffer = NULL;
    }
    message_from(&made, (flags & FORMAT_MESSAGE_FROM_STRING) != 0 ? source : NULL, id, language);
    if (made.error != NO_ERROR)
        return message_fail(&made, made.error);
    DWORD length = (DWORD)made.out.length;
    char *out = room_for(flags, buffer, size, made.out.length + 1, 1);
    if (out != NULL)
        memcpy(out, made.out.text, made.out.length + 1);
    spalw_buffer_free(&made.out);
    return out == NULL ? 0 : length;
}

DWORD WINAPI FormatMessageW(DWORD flags, LPCVOID source, DWORD id, DWORD language, LPWSTR buffer, DWORD size,
                            va_list *arguments) {
    message made = message_new(flags, true, arguments);
    if ((flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) != 0) {
        if (buffer == NULL)
            return message_fail(&made, ERROR_NOT_ENOUGH_MEMORY);
        *(void **)(void *)buffer = NULL;
    }
    char *text = (flags & FORMAT_MESSAGE_FROM_STRING) != 0 && source != NULL
                     ? spalw_utf8_from_wide((const WCHAR *)source)
                     : NULL;
    message_from(&made, text, id, language);
    free(text);
    if (made.error != NO_ERROR)
        return message_fail(&made, made.error);
    size_t length = spalw_wide_copy(NULL, 0, made.out.text);
    WCHAR *out = room_for(flags, buffer, size, length + 1, sizeof *out);
    if (out != NULL)
        (void)spalw_wide_copy(out, length + 1, made.out.text);
    spalw_buffer_free(&made.out);
    return out == NULL ? 0 : (DWORD)length;
}

/* -------------------------------------------------------------------------------------------------------- languages */

#define US_ENGLISH MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US)

LANGID WINAPI GetUserDefaultLangID(void) {
    return US_ENGLISH;
}

LANGID WINAPI GetSystemDefaultLangID(void) {
    return US_ENGLISH;
}

LANGID WINAPI GetUserDefaultUILanguage(void) {
    return US_ENGLISH;
}

LCID WINAPI GetUserDefaultLCID(void) {
    return MAKELCID(US_ENGLISH, SORT_DEFAULT);
}

LCID WINAPI GetThreadLocale(void) {
    return MAKELCID(US_ENGLISH, SORT_DEFAULT);
}
