#include "urls.h"

#include "views.h"

#include <tatum/urls/path.h>

namespace tatum::auth {

const urls::Urls urls = {
    urls::path<"login/">(LoginView{}, "login"),
    urls::path<"logout/">(LogoutView{}, "logout"),
    urls::path<"password_change/">(PasswordChangeView{}, "password_change"),
    urls::path<"password_change/done/">(PasswordChangeDoneView{}, "password_change_done"),
};

}  // namespace tatum::auth
