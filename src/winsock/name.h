/* SPDX-License-Identifier: MIT
 *
 * Objects with names: those of this process, of every kind in one space, as long as a reference to them is left.
 */
#ifndef SPALW_NAME_H
#define SPALW_NAME_H

#include "object.h"

/**
 * A handle for the object under its name; or, if there is one of that name and kind already, for that one, with the
 * last error ERROR_ALREADY_EXISTS. The last error is 0 otherwise.
 *
 * @param object  with one reference, which is taken over; null: no memory for it
 * @param name    null or empty: none
 */
HANDLE spalw_create_a(spalw_object *object, LPCSTR name);
HANDLE spalw_create_w(spalw_object *object, LPCWSTR name);

/** A handle for the object of this kind and name, or null, last error set. */
HANDLE spalw_open_a(int type, BOOL inherit, LPCSTR name);
HANDLE spalw_open_w(int type, BOOL inherit, LPCWSTR name);

/** Forgets the name of an object that is going. */
void spalw_name_remove(spalw_object *object);

#endif
