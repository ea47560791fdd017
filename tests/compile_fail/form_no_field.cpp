// error: members of this type have no form field
#include <tatum/forms/form_definition.h>
#include <tatum/http/request.h>

using namespace tatum;

struct Point {
    int x = 0, y = 0;
};

struct PlaceForm : Form<PlaceForm> {
    std::string name;
    Point point;
    static void define(FormDefinition<PlaceForm>& d) {
        d.field<&PlaceForm::name>();
#ifdef MISUSE
        d.field<&PlaceForm::point>();
#endif
    }
};

bool is_valid(Request& request) {
    PlaceForm form(request);
    return form.is_valid();
}
