"""Lists written as workbooks, long ones in a process of their own."""
