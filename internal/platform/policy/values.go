// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"reflect"

	"github.com/cedar-policy/cedar-go/types"
)

// record turns a resource's attributes into Cedar values.
func record(attrs map[string]any) (types.Record, error) {
	m := make(types.RecordMap, len(attrs))
	for name, v := range attrs {
		cv, err := value(v)
		if err != nil {
			return types.Record{}, fmt.Errorf("attribute %q: %w", name, err)
		}
		m[types.String(name)] = cv
	}
	return types.NewRecord(m), nil
}

func value(v any) (types.Value, error) {
	switch x := v.(type) {
	case string:
		return types.String(x), nil
	case int:
		return types.Long(x), nil
	case int64:
		return types.Long(x), nil
	case bool:
		return types.Boolean(x), nil
	case []string:
		set := make([]types.Value, len(x))
		for i, s := range x {
			set[i] = types.String(s)
		}
		return types.NewSet(set...), nil
	}
	// Types based on those above, such as a module's Status or ID.
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.String:
		return types.String(rv.String()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return types.Long(rv.Int()), nil
	case reflect.Bool:
		return types.Boolean(rv.Bool()), nil
	case reflect.Slice:
		if rv.Type().Elem().Kind() == reflect.String {
			set := make([]types.Value, rv.Len())
			for i := range set {
				set[i] = types.String(rv.Index(i).String())
			}
			return types.NewSet(set...), nil
		}
	}
	return nil, fmt.Errorf("a %T cannot be an attribute", v)
}
