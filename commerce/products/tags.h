#pragma once

#include <tatum/template/library.h>

namespace products {

/// `{% load shop %}`: the filters `amount|money:code` and `code|currency_symbol`.
extern const tatum::template_::Library shop_tags;

}  // namespace products
