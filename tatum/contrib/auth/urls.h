#pragma once

#include <tatum/urls/urls.h>

namespace tatum::auth {

/// Django's django.contrib.auth.urls without those that send mail, to be included below any
/// address: path<"accounts/">(include(auth::urls)). Names: login, logout, password_change,
/// password_change_done.
extern const urls::Urls urls;

}  // namespace tatum::auth
